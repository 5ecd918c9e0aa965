package org.usagestreams.standalone;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends notifications as a bucket would: the upload does not wait for it. */
final class NotificationSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationSender.class);

    private final KafkaProducer<String, byte[]> producer;
    private final String topic;

    NotificationSender(Map<String, Object> kafka, String topic) {
        this.topic = topic;
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    void send(BucketNotifications.Notification notification) {
        producer.send(new ProducerRecord<>(topic, notification.key(), notification.value()), (metadata, failure) -> {
            if (failure != null) {
                LOG.error("the notification of {} is lost", notification.key(), failure);
            }
        });
    }

    /** Waits until all notifications have reached Kafka. */
    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
