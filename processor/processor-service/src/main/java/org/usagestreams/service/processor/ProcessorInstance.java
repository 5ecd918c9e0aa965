package org.usagestreams.service.processor;

import io.micrometer.core.instrument.Gauge;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.completions.CompletionService;
import org.usagestreams.instance.GroupLag;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceHttp;
import org.usagestreams.instance.InstanceMetrics;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.OrganisationLabels;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.ledger.SinkPositions;
import org.usagestreams.settings.Settings;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.summarizer.SummaryServices;
import org.usagestreams.summarizer.loading.LoadWatch;
import org.usagestreams.summarizer.loading.LoadWatchSettings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** A processor: the topology, the watch that tells what is loaded, the events of loaded days, and the HTTP interface. */
public final class ProcessorInstance implements AutoCloseable {
    private final RunningParts parts = new RunningParts();
    private SummaryService summary;
    private LoadWatch watch;

    private ProcessorInstance() {}

    /** Starts one, in the first free slot of this host. */
    public static ProcessorInstance start(Settings settings) {
        final ProcessorInstance instance = new ProcessorInstance();
        instance.parts.start(() -> instance.begin(settings));
        return instance;
    }

    private void begin(Settings settings) {
        final InstanceSlot slot = parts.add(InstanceSlot.take(Path.of(settings.text("summary.state.dir"))));
        final String name = slot.name(settings.text("summary.instance.id"));
        final InstanceMetrics metrics = parts.add(new InstanceMetrics(settings.list("metrics.kafka.exclude")));
        summary = parts.add(SummaryServices.create(settings, name, slot.directory()));
        summary.bindTo(metrics.registry(), settings.integer("metrics.organisations"));
        watch = parts.add(LoadWatchSettings.watch(
                settings,
                new ApplicationNames(settings.text("summary.application.id")).loadWatchGroup(),
                name,
                admin -> new PostgresLoadProgress(positions(settings, admin))));
        Gauge.builder("usage_streams_loads_waiting", watch, LoadWatch::waiting)
                .description("published entries of the ledger that the sink has not loaded")
                .register(metrics.registry());
        parts.add(new GroupLag(
                metrics.registry(),
                KafkaClients.real(),
                settings.kafkaClient(),
                groups(settings),
                Map.of(settings.text("sink.summary.group.id"), admin -> positions(settings, admin)),
                new OrganisationLabels(settings.integer("metrics.organisations")),
                settings.millis("metrics.lag.ms")));
        parts.add(InstanceHttp.start(
                settings,
                "summary",
                slot,
                new HttpInterface.Pages(
                        summary::health, metrics, summary.describe(), summary, settings.millis("http.resize.ms"))));
        if (CompletionService.isWanted(settings)) {
            final CompletionService completions =
                    parts.add(new CompletionService(settings, KafkaClients.real(), Time.SYSTEM));
            completions.bindTo(metrics.registry());
            completions.start();
        }
        watch.start();
        summary.start();
        parts.add(SummaryServices.heartbeat(slot.directory(), settings.text("summary.application.id"), summary))
                .start();
    }

    private static SinkPositions positions(Settings settings, Admin admin) {
        return new SinkPositions(settings, admin, settings.topics().name(TopicRole.SUMMARY));
    }

    /** What each consumer group reads, on the way from a cluster or the bucket to PostgreSQL. */
    private static Map<String, List<TopicPartition>> groups(Settings settings) {
        final TopicCatalog topics = settings.topics();
        return Map.of(
                settings.text("splitter.group.id"),
                        partitions(topics, List.of(TopicRole.NOTIFICATIONS, TopicRole.MARKED_NOTIFICATIONS)),
                settings.text("splitter.large.group.id"), partitions(topics, List.of(TopicRole.LARGE_OBJECTS)),
                settings.text("intake.unpack.group.id"), partitions(topics, List.of(TopicRole.PAYLOADS)),
                settings.text("intake.announce.retry.group.id"),
                        partitions(topics, List.of(TopicRole.ANNOUNCEMENT_RETRIES)),
                settings.text("summary.application.id"), partitions(topics, SummaryService.SOURCES),
                settings.text("sink.summary.group.id"), partitions(topics, List.of(TopicRole.SUMMARY)),
                settings.text("sink.ledger.group.id"), partitions(topics, List.of(TopicRole.LEDGER)));
    }

    private static List<TopicPartition> partitions(TopicCatalog topics, List<TopicRole> roles) {
        return roles.stream()
                .flatMap(role -> IntStream.range(0, topics.get(role).partitions())
                        .mapToObj(partition -> new TopicPartition(topics.name(role), partition)))
                .toList();
    }

    /** The topology. */
    public SummaryService summary() {
        return summary;
    }

    /** The watch that tells what is loaded. */
    public LoadWatch watch() {
        return watch;
    }

    /** Waits until it has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        summary.await();
    }

    /** Commits and ends within a bounded time. */
    @Override
    public void close() {
        parts.close();
    }
}
