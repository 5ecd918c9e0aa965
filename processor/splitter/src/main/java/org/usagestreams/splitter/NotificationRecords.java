package org.usagestreams.splitter;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.topics.RecordPlace;
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

    private static final Logger LOG = LoggerFactory.getLogger(NotificationHandler.class);

    private final NotificationHandler handler;
    private final TopicCatalog topics;
    private final SplitterCounts counts;
    private final int chunkPartitions;
    private final Map<String, ReadResults> unfinished = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ReadResults> eldest) {
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
    public RecordOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        final Notification notification = notification(record);
        final ReadResults results = unfinished.computeIfAbsent(notification.place(), place -> new ReadResults());
        final RecordOutcome outcome = handler.handle(notification, results, new TopicOutput(output));
        if (outcome instanceof RecordOutcome.Complete) {
            unfinished.remove(notification.place());
        } else if (outcome instanceof RecordOutcome.Unavailable) {
            counts.retries.increment();
        }
        return outcome;
    }

    @Override
    public void announce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        handler.announce(notification(record), "", new TopicOutput(output));
    }

    @Override
    public void handOn(
            ConsumerRecord<byte[], byte[]> record, RecordOutcome.HandOn outcome, TransactionalLoop.Output output) {
        final Notification notification = notification(record);
        unfinished.remove(notification.place());
        handler.announce(notification, "waits in the second lane: " + outcome.reason(), new TopicOutput(output));
        output.send(HandedOn.record(topics.name(TopicRole.LARGE_OBJECTS), notification, outcome.object()));
        counts.handedOn(outcome.cause());
        LOG.atInfo()
                .addKeyValue("object", outcome.object())
                .addKeyValue("notification", notification.place())
                .log("handed on to the second lane: {}", outcome.reason());
    }

    private Notification notification(ConsumerRecord<byte[], byte[]> record) {
        // Whoever may write to another topic may not choose the place: it tells whether marks are believed.
        final boolean handedOn = record.topic().equals(topics.name(TopicRole.LARGE_OBJECTS));
        final String place =
                (handedOn ? HandedOn.place(record) : Optional.<String>empty()).orElseGet(() -> RecordPlace.of(record));
        return new Notification(
                record.value(),
                place,
                handedOn ? HandedOn.millis(record) : record.timestamp(),
                place.startsWith(topics.name(TopicRole.MARKED_NOTIFICATIONS) + "-"));
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
