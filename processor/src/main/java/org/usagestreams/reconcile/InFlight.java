package org.usagestreams.reconcile;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.usagestreams.loading.PublishedEnds;

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
            long behind = behind(leg, ends);
            while (behind > 0) {
                if (System.nanoTime() > deadline) {
                    return "group " + leg.group() + " is " + behind + " records behind on " + leg.topic();
                }
                LockSupport.parkNanos(POLL.toNanos());
                behind = behind(leg, ends);
            }
        }
        return null;
    }

    private long behind(Leg leg, Map<TopicPartition, Long> ends) {
        final Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed = admin.listConsumerGroupOffsets(leg.group())
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("offsets of group " + leg.group(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        long behind = 0;
        for (final Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            final OffsetAndMetadata offset = committed.get(end.getKey());
            behind += Math.max(0, end.getValue() - (offset == null ? 0 : offset.offset()));
        }
        return behind;
    }

    @Override
    public void close() {
        admin.close();
    }
}
