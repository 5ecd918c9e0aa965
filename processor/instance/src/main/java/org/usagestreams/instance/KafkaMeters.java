package org.usagestreams.instance;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters of Kafka's clients, as Micrometer names them: {@code records-lag} of group {@code consumer-fetch-manager-metrics} is
 * {@code kafka_consumer_fetch_manager_records_lag}, with Kafka's tags as labels. Metrics that a client adds later are found once
 * a minute. The meters hold the clients' metrics until they are closed, which is to happen before the clients are closed.
 */
public final class KafkaMeters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaMeters.class);
    private static final long CLOSE_SECONDS = 5;

    private final ScheduledExecutorService refresher;
    private final List<Binder> binders;

    /**
     * Adds and removes the meters of one client.
     *
     * @param add adds them, and looks for further ones on the scheduler that it was made with
     * @param remove removes them
     */
    public record Binder(MeterBinder add, Runnable remove) {}

    private KafkaMeters(ScheduledExecutorService refresher, List<Binder> binders) {
        this.refresher = refresher;
        this.binders = binders;
    }

    /** Adds meters of a consumer and a producer. */
    public static KafkaMeters of(MeterRegistry registry, Consumer<?, ?> consumer, Producer<?, ?> producer) {
        return of(registry, refresher -> {
            final KafkaClientMetrics reading = new KafkaClientMetrics(consumer, List.of(), refresher);
            final KafkaClientMetrics writing = new KafkaClientMetrics(producer, List.of(), refresher);
            return List.of(new Binder(reading, reading::close), new Binder(writing, writing::close));
        });
    }

    /**
     * Adds meters.
     *
     * @param binders makes Micrometer's binders of Kafka metrics with the scheduler that it is given
     */
    public static KafkaMeters of(MeterRegistry registry, Function<ScheduledExecutorService, List<Binder>> binders) {
        // A scheduler of their own: the binders do not cancel what they schedule on one that outlives them.
        final ScheduledExecutorService refresher = Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread thread = new Thread(task, "kafka-meters");
            thread.setDaemon(true);
            return thread;
        });
        final KafkaMeters meters = new KafkaMeters(refresher, binders.apply(refresher));
        meters.binders.forEach(binder -> binder.add().bindTo(registry));
        return meters;
    }

    /** What the names of a group's meters begin with. */
    static String prefix(String group) {
        return "kafka." + group.replace("-metrics", "").replace('-', '.') + ".";
    }

    /** Removes the meters. */
    @Override
    public void close() {
        refresher.shutdownNow();
        try {
            // A refresh that is under way would add meters after they are removed.
            if (!refresher.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Meters of a Kafka client are still being added: some may be shown after it is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        binders.forEach(binder -> binder.remove().run());
    }
}
