package org.usagestreams.splitter;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;

/**
 * Connects the loop with the handler of notifications: records in, records of the topics out. It remembers what attempts at a
 * notification found out until one is complete, also while the loop begins anew with other clients. Not thread-safe.
 */
final class NotificationRecords implements TransactionalLoop.RecordHandler {
    /** Notifications with unfinished attempts: one for each partition at most, so this is never reached in earnest. */
    private static final int MOST_UNFINISHED = 1_000;

    private final NotificationHandler handler;
    private final TopicCatalog topics;
    private final SplitterCounts counts;
    private final int chunkPartitions;
    private final Map<String, Verdicts> unfinished = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verdicts> eldest) {
            return size() > MOST_UNFINISHED;
        }
    };

    NotificationRecords(NotificationHandler handler, TopicCatalog topics, SplitterCounts counts) {
        this.handler = handler;
        this.topics = topics;
        this.counts = counts;
        chunkPartitions = topics.get(TopicRole.CHUNKS).partitions();
    }

    @Override
    public SplitOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        final Notification notification = notification(record);
        final Verdicts verdicts = unfinished.computeIfAbsent(notification.place(), place -> new Verdicts());
        final SplitOutcome outcome = handler.handle(notification, verdicts, new TopicOutput(output));
        if (outcome instanceof SplitOutcome.Complete) {
            unfinished.remove(notification.place());
        } else if (outcome instanceof SplitOutcome.StoreUnavailable) {
            counts.retries.increment();
        }
        return outcome;
    }

    @Override
    public void announce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        handler.announce(notification(record), new TopicOutput(output));
    }

    private Notification notification(ConsumerRecord<byte[], byte[]> record) {
        return new Notification(
                record.value(),
                record.topic() + "-" + record.partition() + "@" + record.offset(),
                record.timestamp(),
                record.topic().equals(topics.name(TopicRole.MARKED_NOTIFICATIONS)));
    }

    /** Puts records on the topics of the catalog. */
    private final class TopicOutput implements NotificationHandler.Output {
        private final TransactionalLoop.Output output;

        TopicOutput(TransactionalLoop.Output output) {
            this.output = output;
        }

        @Override
        public void chunk(ChunkKey key, byte[] value) {
            output.send(new ProducerRecord<>(
                    topics.name(TopicRole.CHUNKS), key.day().partition(chunkPartitions), key.toBytes(), value));
        }

        @Override
        public void fact(ObjectFact fact) {
            output.send(new ProducerRecord<>(
                    topics.name(TopicRole.OBJECTS),
                    Versions.objectName(fact.getVersion()).getBytes(StandardCharsets.UTF_8),
                    fact.toByteArray()));
        }

        @Override
        public void deadLetter(DeadLetter deadLetter) {
            output.send(
                    new ProducerRecord<>(topics.name(TopicRole.DEAD_LETTERS), deadLetter.key(), deadLetter.toJson()));
        }

        @Override
        public void settled(String deadLetter) {
            output.send(new ProducerRecord<>(
                    topics.name(TopicRole.DEAD_LETTERS), deadLetter.getBytes(StandardCharsets.UTF_8), null));
        }
    }
}
