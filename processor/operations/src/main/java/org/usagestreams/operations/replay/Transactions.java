package org.usagestreams.operations.replay;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A command's transactions: if it is interrupted, a transaction takes effect wholly or not at all. */
final class Transactions implements AutoCloseable {
    /** The most that brokers admit by default. */
    private static final Duration TIMEOUT = Duration.ofMinutes(15);

    private final Producer<byte[], byte[]> producer;

    /** With this transactional id. A transaction that an interrupted command left open under it is aborted. */
    Transactions(ReplayTarget target, String id) {
        final Map<String, Object> kafka = target.kafka();
        kafka.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        kafka.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TIMEOUT.toMillis());
        kafka.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        kafka.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        producer = target.clients().producer(kafka);
        producer.initTransactions();
    }

    Producer<byte[], byte[]> begin() {
        producer.beginTransaction();
        return producer;
    }

    void commit() {
        producer.commitTransaction();
    }

    /** Sends; what fails is thrown by the commit. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    @Override
    public void close() {
        // Without waiting: what was begun and not committed is to be ended.
        producer.close(Duration.ZERO);
    }
}
