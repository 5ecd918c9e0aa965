package org.usagestreams.topics;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the Kafka clients of everything that takes part in the protocol, so that a test can put a simulated broker in the
 * place of a real one. Keys and values are bytes.
 *
 * <p>Implementations are safe for use by several threads. Who asks for a client closes it.
 */
public interface KafkaClients {
    /**
     * A new consumer.
     *
     * @param config properties as {@link KafkaConsumer} takes them, without deserializers
     */
    Consumer<byte[], byte[]> consumer(Map<String, Object> config);

    /**
     * A new producer.
     *
     * @param config properties as {@link KafkaProducer} takes them, without serializers
     */
    Producer<byte[], byte[]> producer(Map<String, Object> config);

    /**
     * A new admin client.
     *
     * @param config properties as {@link Admin#create(Map)} takes them
     */
    Admin admin(Map<String, Object> config);

    /** Clients that connect to a real broker. */
    static KafkaClients real() {
        return new KafkaClients() {
            @Override
            public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
                return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            }

            @Override
            public Producer<byte[], byte[]> producer(Map<String, Object> config) {
                return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            }

            @Override
            public Admin admin(Map<String, Object> config) {
                return Admin.create(config);
            }
        };
    }
}
