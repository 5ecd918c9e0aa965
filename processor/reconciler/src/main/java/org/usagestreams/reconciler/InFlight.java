package org.usagestreams.reconciler;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.PublishedEnds;
import org.usagestreams.topics.ReaderOffsets;

/**
 * Waits for everything between the notification topic and the ledger: each group on the way has to read its topic up to the
 * record that is last now.
 */
public final class InFlight implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration OPEN = Duration.ofMillis(20);

    private final KafkaClients clients;
    private final Time time;
    private final Admin admin;
    private final Map<String, Object> kafka;
    private final List<Leg> way;

    /**
     * A topic and who reads it.
     *
     * @param reader the name of a consumer group
     * @param offsets makes what tells the reader's offsets, given a client that stays the caller's
     */
    public record Leg(String topic, String reader, Function<Admin, ReaderOffsets> offsets) {
        /** A group that keeps its offsets in the broker. */
        public Leg(String topic, String group) {
            this(topic, group, admin -> ReaderOffsets.ofGroup(admin, group));
        }
    }

    /**
     * A way.
     *
     * @param way its legs, first to last
     */
    public InFlight(KafkaClients clients, Time time, Map<String, Object> kafka, List<Leg> way) {
        this.clients = clients;
        this.time = time;
        this.kafka = kafka;
        this.way = way;
        admin = clients.admin(kafka);
    }

    /**
     * Waits until all that is on its way now has arrived.
     *
     * @return null, or what is late
     */
    public String await(Duration timeout) {
        final long deadline = time.nanoseconds() + timeout.toNanos();
        for (final Leg leg : way) {
            final String late = await(leg, deadline);
            if (late != null) {
                return late;
            }
        }
        return null;
    }

    private String await(Leg leg, long deadline) {
        try (PublishedEnds published = new PublishedEnds(clients, time, kafka, admin, leg.topic());
                ReaderOffsets offsets = leg.offsets().apply(admin)) {
            final Map<TopicPartition, Long> ends = published.ends();
            Optional<Map<TopicPartition, Long>> last = published.lastRecords(ends);
            while (last.isEmpty()) {
                if (time.nanoseconds() > deadline) {
                    return "a transaction is open on " + leg.topic();
                }
                time.sleep(OPEN.toMillis());
                last = published.lastRecords(ends);
            }
            String late = late(leg, offsets, last.get());
            while (late != null && time.nanoseconds() <= deadline) {
                time.sleep(POLL.toMillis());
                late = late(leg, offsets, last.get());
            }
            return late;
        }
    }

    /** Null where nothing is. */
    private static String late(Leg leg, ReaderOffsets offsets, Map<TopicPartition, Long> ends) {
        try {
            final long behind = offsets.now().behind(ends);
            return behind == 0 ? null : "group " + leg.reader() + " is " + behind + " records behind on " + leg.topic();
        } catch (ReaderOffsets.UnavailableException e) {
            return e.getMessage();
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
