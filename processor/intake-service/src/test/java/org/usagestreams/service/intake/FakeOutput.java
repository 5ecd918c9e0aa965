package org.usagestreams.service.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;

/** What records lead to, as it goes to Kafka. */
final class FakeOutput implements TransactionalLoop.Output {
    final TopicCatalog topics = TopicCatalog.shipped();
    final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is completed at once.
    public void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    private List<ProducerRecord<byte[], byte[]>> of(TopicRole role) {
        return of(topics.name(role));
    }

    private List<ProducerRecord<byte[], byte[]>> of(String topic) {
        return producer.history().stream()
                .filter(record -> record.topic().equals(topic))
                .toList();
    }

    /** What is on a topic, as its consumers get it. */
    List<ConsumerRecord<byte[], byte[]>> consumed(TopicRole role) {
        final List<ConsumerRecord<byte[], byte[]>> consumed = new ArrayList<>();
        for (final ProducerRecord<byte[], byte[]> record : of(role)) {
            consumed.add(new ConsumerRecord<>(
                    record.topic(),
                    0,
                    consumed.size(),
                    0,
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    record.key(),
                    record.value(),
                    record.headers(),
                    Optional.empty()));
        }
        return consumed;
    }

    /** What the ledger was told. */
    List<ObjectFact> facts() {
        final List<ObjectFact> facts = new ArrayList<>();
        for (final ProducerRecord<byte[], byte[]> record : of(TopicRole.OBJECTS)) {
            try {
                facts.add(ObjectFact.parseFrom(record.value()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return facts;
    }

    List<DeadLetter> deadLetters() {
        return of(TopicRole.DEAD_LETTERS).stream()
                .filter(record -> record.value() != null)
                .map(record -> DeadLetter.parse(record.value()))
                .toList();
    }

    /** Ids of dead letters that are settled. */
    List<String> settled() {
        return of(TopicRole.DEAD_LETTERS).stream()
                .filter(record -> record.value() == null)
                .map(record -> new String(record.key(), UTF_8))
                .toList();
    }

    /** Key and value of each record of another topic. */
    List<Map.Entry<String, String>> texts(String topic) {
        return of(topic).stream()
                .map(record -> Map.entry(new String(record.key(), UTF_8), new String(record.value(), UTF_8)))
                .toList();
    }
}
