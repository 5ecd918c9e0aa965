package org.usagestreams.service.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.MinioClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.usagestreams.consumer.GroupThreads;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.PeriodicThread;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.ObjectWriter;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicRole;

/** The threads of an intake: those of its {@link IntakeLanes lanes}, and what one of all intakes does. */
final class IntakeService implements AutoCloseable {
    private static final int POLL_RECORDS = 500;

    private final RunningParts parts = new RunningParts();
    private final Settings settings;
    private final KafkaClients clients = KafkaClients.real();
    private final Clock clock = Clock.systemUTC();
    private final IntakeCounts counts = new IntakeCounts();
    private final Clusters clusters;
    private final WaitingPayloads waiting;
    private final GroupThreads threads;

    /**
     * An intake that has not started.
     *
     * @param instance its name, which no other running intake may have
     * @param directory a folder of its own
     * @throws RuntimeException where its topics are missing or differ from the catalog
     */
    IntakeService(Settings settings, String instance, Path directory) {
        this.settings = settings;
        TopicAdmin.require(
                settings.kafkaClient(),
                settings.topics(),
                List.of(
                        TopicRole.NOTIFICATIONS,
                        TopicRole.MARKED_NOTIFICATIONS,
                        TopicRole.PAYLOADS,
                        TopicRole.ANNOUNCEMENT_RETRIES,
                        TopicRole.OBJECTS,
                        TopicRole.DEAD_LETTERS));
        final MinioClient client = StoreSettings.client(settings);
        final PayloadStore store = new PayloadStore(
                new ObjectStore(client, new LongAdder(), settings.text("store.bucket")),
                new ObjectWriter(client),
                counts);
        clusters =
                new Clusters(clients, settings.kafkaClient(), settings.topics().name(TopicRole.CLUSTERS));
        waiting = new WaitingPayloads(
                clients,
                settings.kafkaClient(),
                settings.topics().name(TopicRole.DEAD_LETTERS),
                settings.topics().name(TopicRole.MARKED_NOTIFICATIONS),
                clusters,
                this::isFirst,
                clock);
        final ExponentialBackoff backoff = new ExponentialBackoff(
                settings.integer("intake.retry.first.ms"),
                2,
                settings.integer("intake.retry.longest.ms"),
                GroupThreads.JITTER);
        threads = new GroupThreads(
                new GroupThreads.Options(
                        "intake",
                        settings.kafkaClient(),
                        instance,
                        settings.millis("instance.session.ms"),
                        POLL_RECORDS,
                        IntakeLanes.BUFFER_BYTES,
                        settings.millis("intake.transaction.timeout.ms"),
                        backoff),
                new IntakeLanes(settings, directory, store, clusters, waiting, counts, clock, backoff).groups(),
                clients,
                Time.SYSTEM);
    }

    /** Starts, once. */
    void start() {
        // Before the first payload: a cluster that is not known yet would wait.
        parts.add(clusters).load();
        parts.add(waiting);
        parts.add(new PeriodicThread("intake-clusters", () -> {
                    clusters.step();
                    waiting.step();
                }))
                .start();
        final PayloadWatch watch = parts.add(new PayloadWatch(settings, this::isFirst, clients, clock));
        parts.add(new PeriodicThread("payload-watch", watch::step)).start();
        parts.add(threads).start();
    }

    /** Whether this is the one of all intakes that does what one has to do: it has the first partition. */
    boolean isFirst() {
        return threads.holds(new TopicPartition(settings.topics().name(TopicRole.NOTIFICATIONS), 0));
    }

    /** How it is: ready when each of its threads reads. */
    Health health() {
        return threads.health();
    }

    /** Registers meters of what it does, and of its Kafka clients. Called before it starts. */
    void bindTo(MeterRegistry registry) {
        counts.bindTo(registry);
        Gauge.builder("usage_streams_payloads_waiting", waiting, WaitingPayloads::count)
                .description("payloads that wait until their clusters are known, as each intake sees them")
                .register(registry);
        Gauge.builder("usage_streams_payloads_waiting_bytes", waiting, WaitingPayloads::bytes)
                .description("bytes of these payloads")
                .register(registry);
        threads.bindTo(registry);
    }

    IntakeCounts counts() {
        return counts;
    }

    /**
     * Looks whether all threads run.
     *
     * @throws RuntimeException what has ended one
     */
    void checkAlive() {
        threads.checkAlive();
    }

    /** Ends after the payloads at hand, within a bounded time. */
    @Override
    public void close() {
        parts.close();
    }
}
