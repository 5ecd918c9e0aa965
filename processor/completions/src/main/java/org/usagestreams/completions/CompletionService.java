package org.usagestreams.completions;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicRole;

/** Publishes completion events, and delivers them to webhooks, on threads of their own. */
public final class CompletionService implements AutoCloseable {
    private static final int READ_AT_ONCE = 100;
    private static final int DELIVERY_MILLIS = 30_000;
    private static final int REQUEST_MILLIS = 10_000;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final CompletionPublisher publisher;
    private final List<WebhookDelivery> deliveries = new ArrayList<>();
    private final List<RetryingThread> threads = new ArrayList<>();

    /**
     * A service, not started.
     *
     * @throws org.usagestreams.settings.InvalidSettingsException where a webhook is not set as it has to be
     */
    public CompletionService(Settings settings, KafkaClients clients, Time time) {
        final List<Webhook> webhooks = Webhook.of(settings);
        TopicAdmin.require(settings.kafkaClient(), settings.topics(), List.of(TopicRole.COMPLETIONS));
        producer = clients.producer(writing(settings));
        final String topic = settings.topics().name(TopicRole.COMPLETIONS);
        publisher = new CompletionPublisher(
                () -> Outbox.open(settings),
                producer,
                topic,
                (int) settings.millis(CompletionSettings.POLL).toMillis(),
                time);
        threads.add(new RetryingThread("completions", "publish completion events", publisher::step, publisher));
        final WebhookClient client = new WebhookClient(settings.millis(CompletionSettings.TIMEOUT));
        for (final Webhook webhook : webhooks) {
            final WebhookDelivery delivery = new WebhookDelivery(
                    webhook,
                    client,
                    consumer(settings, clients, webhook),
                    producer,
                    new WebhookDelivery.Topics(topic, settings.topics().name(TopicRole.DEAD_LETTERS)),
                    backoff(settings),
                    settings.millis(CompletionSettings.RETRY),
                    time);
            deliveries.add(delivery);
            threads.add(new RetryingThread(
                    "webhook-" + webhook.name(), "deliver to webhook " + webhook.shown(), delivery::step, delivery));
        }
    }

    /** Whether the settings want events at all. */
    public static boolean isWanted(Settings settings) {
        return Boolean.parseBoolean(settings.plain(CompletionSettings.EVENTS));
    }

    private static ExponentialBackoff backoff(Settings settings) {
        final long first = settings.number(CompletionSettings.BACKOFF);
        return new ExponentialBackoff(
                first, 2, Math.max(first, settings.number(CompletionSettings.LONGEST_BACKOFF)), 0.2);
    }

    private static Map<String, Object> writing(Settings settings) {
        final Map<String, Object> config = settings.kafkaClient();
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        return config;
    }

    private static Consumer<byte[], byte[]> consumer(Settings settings, KafkaClients clients, Webhook webhook) {
        final Map<String, Object> config = settings.kafkaClient();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.text(CompletionSettings.GROUP) + "-" + webhook.name());
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, READ_AT_ONCE);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return clients.consumer(config);
    }

    /** Registers what is counted. */
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("usage_streams_completions_age_seconds", publisher, CompletionPublisher::ageSeconds)
                .description("seconds since all completion events had been published, on the processor that publishes"
                        + " them; 0 on others")
                .register(registry);
        FunctionCounter.builder("usage_streams_completions_published", publisher, CompletionPublisher::published)
                .description("completion events that were published to their topic")
                .register(registry);
        for (final WebhookDelivery delivery : deliveries) {
            count(registry, delivery, "taken", WebhookDelivery::taken);
            count(registry, delivery, "failed", WebhookDelivery::failed);
            count(registry, delivery, "set_aside", WebhookDelivery::setAside);
        }
    }

    private static void count(
            MeterRegistry registry, WebhookDelivery delivery, String outcome, ToDoubleFunction<WebhookDelivery> count) {
        FunctionCounter.builder("usage_streams_webhook_events", delivery, count)
                .description("events sent to a webhook: taken (accepted), failed and tried again, or set aside as"
                        + " dead letters")
                .tag("webhook", delivery.webhook().shown())
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Starts, once. */
    public CompletionService start() {
        threads.forEach(RetryingThread::start);
        return this;
    }

    /** Ends within some seconds. What is not published or delivered stays where it is. */
    @Override
    public void close() {
        threads.forEach(RetryingThread::stop);
        threads.forEach(RetryingThread::close);
        producer.close(CLOSE);
    }
}
