package org.usagestreams.reconcile;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.usagestreams.loading.PublishedEnds;
import org.usagestreams.topics.GroupOffsets;

/**
 * What is on its way from the notification topic to the ledger's table: a group has to read each topic on the way up to where
 * its last record is now.
 */
public final class InFlight implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Admin admin;
    private final Map<String, Object> kafka;
    private final List<Leg> way;

    /** A topic and the group that reads it. */
    public record Leg(String topic, String group) {}

    /**
     * A way.
     *
     * @param way its legs, first to last
     */
    public InFlight(Map<String, Object> kafka, List<Leg> way) {
        this.kafka = kafka;
        this.way = way;
        admin = Admin.create(kafka);
    }

    /**
     * Waits until all that is on its way now has arrived.
     *
     * @return null, or what is late
     */
    public String await(Duration timeout) {
        final long deadline = System.nanoTime() + timeout.toNanos();
        for (final Leg leg : way) {
            final Map<TopicPartition, Long> ends;
            try (PublishedEnds published =
                    new PublishedEnds(kafka, admin, leg.topic(), () -> System.nanoTime() < deadline)) {
                ends = published.find();
            } catch (WakeupException e) {
                return "a transaction is open on " + leg.topic();
            }
            long behind = GroupOffsets.of(admin, leg.group()).behind(ends);
            while (behind > 0) {
                if (System.nanoTime() > deadline) {
                    return "group " + leg.group() + " is " + behind + " records behind on " + leg.topic();
                }
                LockSupport.parkNanos(POLL.toNanos());
                behind = GroupOffsets.of(admin, leg.group()).behind(ends);
            }
        }
        return null;
    }

    @Override
    public void close() {
        admin.close();
    }
}
