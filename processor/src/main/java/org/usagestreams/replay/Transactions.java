package org.usagestreams.replay;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A command's transactions: what is broken off is not half there. */
final class Transactions implements AutoCloseable {
    /** The most that brokers admit by default. */
    private static final Duration TIMEOUT = Duration.ofMinutes(15);

    private final KafkaProducer<byte[], byte[]> producer;

    /** With this transactional id; one that was broken off under it is ended. */
    Transactions(Map<String, Object> kafka, String id) {
        kafka.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        kafka.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TIMEOUT.toMillis());
        kafka.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        kafka.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
    }

    KafkaProducer<byte[], byte[]> begin() {
        producer.beginTransaction();
        return producer;
    }

    void commit() {
        producer.commitTransaction();
    }

    /** Sends; what fails is thrown by the commit. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    @Override
    public void close() {
        // Without waiting: what was begun and not committed is to be ended.
        producer.close(Duration.ZERO);
    }
}
