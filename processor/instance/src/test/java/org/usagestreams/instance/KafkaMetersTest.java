package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaMetersTest {
    /** Clients that reach no broker. */
    private static final Map<String, Object> CONFIG = Map.of("bootstrap.servers", "127.0.0.1:1");

    private static Map<String, Object> config(String clientId) {
        final Map<String, Object> config = new LinkedHashMap<>(CONFIG);
        config.put("client.id", clientId);
        return config;
    }

    private static String page(InstanceMetrics metrics) {
        return new String(metrics.scrape(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldShowClientsWhileTheyLiveOnly() {
        try (InstanceMetrics metrics = new InstanceMetrics(List.of());
                Consumer<byte[], byte[]> consumer = consumer("c");
                Consumer<byte[], byte[]> other = consumer("other");
                Producer<byte[], byte[]> producer = producer()) {
            final KafkaMeters meters = KafkaMeters.of(metrics.registry(), consumer, producer);
            try (KafkaMeters others = KafkaMeters.of(metrics.registry(), other, producer)) {
                assertThat(others).isNotNull();
                assertThat(page(metrics))
                        .contains("kafka_consumer_fetch_manager_records_consumed_total{client_id=\"c\"")
                        .contains("kafka_consumer_fetch_manager_records_consumed_total{client_id=\"other\"")
                        .contains("kafka_producer_record_send_total{client_id=\"p\"");
                meters.close();
                assertThat(page(metrics)).doesNotContain("client_id=\"c\"").contains("client_id=\"other\"");
            }
            assertThat(page(metrics)).doesNotContain("kafka_");
        }
    }

    @Test
    void shouldLeaveOutGroups() {
        try (InstanceMetrics metrics = new InstanceMetrics(List.of("consumer-fetch-manager-metrics"));
                Consumer<byte[], byte[]> consumer = consumer("c");
                Producer<byte[], byte[]> producer = producer();
                KafkaMeters meters = KafkaMeters.of(metrics.registry(), consumer, producer)) {
            assertThat(meters).isNotNull();
            assertThat(page(metrics))
                    .doesNotContain("kafka_consumer_fetch_manager_")
                    .contains("kafka_consumer_coordinator_")
                    .contains("kafka_producer_record_send_total");
        }
    }

    private static Consumer<byte[], byte[]> consumer(String clientId) {
        final Map<String, Object> config = config(clientId);
        config.put("group.id", "g");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(config("p"), new ByteArraySerializer(), new ByteArraySerializer());
    }
}
