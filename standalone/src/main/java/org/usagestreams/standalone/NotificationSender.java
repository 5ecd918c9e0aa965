package org.usagestreams.standalone;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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

    /** Without metadata a send blocks for so long; then the notification is lost. */
    private static final int BLOCK_MILLIS = 120_000;

    private static final int CLOSE_SECONDS = 5;

    /** A store answers its client whether or not the broker is there; notifications wait here meanwhile, in order. */
    private final ExecutorService queue = Executors.newSingleThreadExecutor(task -> {
        final Thread thread = new Thread(task, "notifications");
        thread.setDaemon(true);
        return thread;
    });

    private final KafkaProducer<String, byte[]> producer;
    private final String topic;

    NotificationSender(Map<String, Object> kafka, String topic) {
        this.topic = topic;
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
        producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    void send(BucketNotifications.Notification notification) {
        queue.execute(() -> sendNow(notification));
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void sendNow(BucketNotifications.Notification notification) {
        producer.send(new ProducerRecord<>(topic, notification.key(), notification.value()), (metadata, failure) -> {
            if (failure != null) {
                LOG.error("Lost the notification of {}", notification.key(), failure);
            }
        });
    }

    /** Waits until all notifications have reached Kafka. */
    void flush() {
        CompletableFuture.runAsync(producer::flush, queue).join();
    }

    @Override
    public void close() {
        queue.shutdown();
        try {
            if (!queue.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Cannot send all notifications within {} s: the broker does not answer.", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
