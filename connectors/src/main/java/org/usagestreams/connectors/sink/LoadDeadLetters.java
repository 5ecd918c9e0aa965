package org.usagestreams.connectors.sink;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.sink.SinkRecord;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Dead letters of step LOAD. The producer is made with the first of them. */
final class LoadDeadLetters implements LoadFailures {
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int DELIVERY_MILLIS = 30_000;
    private static final int REQUEST_MILLIS = 10_000;

    private final String topic;
    private final Supplier<Map<String, Object>> consumer;
    private final LongSupplier clock;
    private Producer<byte[], byte[]> producer;

    /**
     * Dead letters on this topic.
     *
     * @param consumer configuration of a consumer of the broker; what a producer does not know is left out
     * @param clock milliseconds since 1970
     */
    LoadDeadLetters(String topic, Supplier<Map<String, Object>> consumer, LongSupplier clock) {
        this.topic = topic;
        this.consumer = consumer;
        this.clock = clock;
    }

    @Override
    public void refused(RowKey.Day day, String error, int attempts) {
        final DeadLetter letter = of(
                day,
                "Cannot load the day: PostgreSQL refuses it after " + attempts
                        + (attempts == 1 ? " attempt" : " attempts")
                        + ": " + error
                        + ". The table keeps the previous revision. Correct the cause; the sink tries again"
                        + " automatically.");
        send(letter.key(), letter.toJson());
    }

    @Override
    public void settled(RowKey.Day day) {
        send(of(day, null).key(), null);
    }

    private DeadLetter of(RowKey.Day day, String reason) {
        final DayKey key = new DayKey(
                day.organisation(), day.source().toLowerCase(Locale.ROOT), LocalDate.ofEpochDay(day.epochDay()));
        return new DeadLetter(
                DeadLetter.Step.LOAD, reason, null, "day", key.toString(), null, DeadLetter.time(clock.getAsLong()));
    }

    @Override
    public void leftOut(SinkRecord record, String reason) {
        final DeadLetter letter = new DeadLetter(
                DeadLetter.Step.LOAD,
                "Cannot load the record: " + reason + ". It is skipped.",
                null,
                record.key() instanceof byte[] key ? "key " + new String(key, StandardCharsets.UTF_8) : null,
                record.topic() + "-" + record.kafkaPartition() + "@" + record.kafkaOffset(),
                record.value() instanceof byte[] value ? DeadLetter.payloadOf(value) : null,
                DeadLetter.time(clock.getAsLong()));
        send(letter.key(), letter.toJson());
    }

    private void send(byte[] key, byte[] value) {
        if (producer == null) {
            producer = new KafkaProducer<>(config());
        }
        try {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "Cannot write a dead letter to topic " + topic + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Map<String, Object> config() {
        final Map<String, Object> config = new HashMap<>(consumer.get());
        config.keySet().retainAll(ProducerConfig.configNames());
        config.remove(ProducerConfig.CLIENT_ID_CONFIG);
        config.remove(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        return config;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE);
            producer = null;
        }
    }
}
