package org.usagestreams.service.splitter;

import io.micrometer.core.instrument.Gauge;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceHttp;
import org.usagestreams.instance.InstanceMetrics;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.PeriodicThread;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.reconciler.ReconcileService;
import org.usagestreams.reconciler.Reconciler;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.reference.ReferenceFollowService;
import org.usagestreams.settings.Settings;
import org.usagestreams.splitter.SplitterService;
import org.usagestreams.splitter.SplitterSettings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;

/**
 * A splitter, what one of all splitters does (the comparisons of bucket and ledger, and of reference data), and the HTTP
 * interface.
 */
public final class SplitterInstance implements AutoCloseable {
    private final RunningParts parts = new RunningParts();
    private SplitterService splitter;

    private SplitterInstance() {}

    /** Starts one, in the first free slot of this host. */
    public static SplitterInstance start(Settings settings) {
        final SplitterInstance instance = new SplitterInstance();
        instance.parts.start(() -> instance.begin(settings));
        return instance;
    }

    private void begin(Settings settings) {
        final InstanceSlot slot = parts.add(InstanceSlot.take(Path.of(settings.text("splitter.instance.dir"))));
        final InstanceMetrics metrics = parts.add(new InstanceMetrics(settings.list("metrics.kafka.exclude")));
        final RegisteredSources sources = parts.add(new RegisteredSources(
                KafkaClients.real(), settings.kafkaClient(), settings.topics().name(TopicRole.CLUSTERS)));
        final KnownReadmissions readmissions = parts.add(new KnownReadmissions(
                KafkaClients.real(),
                settings.kafkaClient(),
                settings.topics().name(TopicRole.READMISSIONS),
                Clock.systemUTC()));
        splitter = SplitterSettings.service(
                settings, slot.name(settings.text("splitter.instance.id")), sources, readmissions);
        // Before the first notification: what is not known to be registered is taken, what is beyond retention refused.
        sources.load();
        readmissions.load();
        parts.add(new PeriodicThread("registered-sources", sources::step)).start();
        parts.add(new PeriodicThread("known-readmissions", readmissions::step)).start();
        splitter.bindTo(metrics.registry(), settings.integer("metrics.organisations"));
        final ReconcileService reconcile = reconcile(settings);
        final PeriodicThread reconciling = parts.add(new PeriodicThread("reconcile", reconcile::step));
        Gauge.builder("usage_streams_reconcile_refused", reconcile, service -> service.isRefused() ? 1 : 0)
                .description("1 if the last comparison of bucket and ledger would have declared too many objects"
                        + " removed")
                .register(metrics.registry());
        final ReferenceFollowService follow =
                ReferenceFollowing.service(settings, splitter::isFirst, settings.millis(ReferenceFollowing.INTERVAL));
        final PeriodicThread following = parts.add(new PeriodicThread("reference-follow", follow::step));
        ReferenceFollowing.bind(follow, metrics.registry());
        parts.add(InstanceHttp.start(
                settings,
                "splitter",
                slot,
                new HttpInterface.Pages(splitter::health, metrics, null, null, settings.millis("http.resize.ms"))));
        parts.add(splitter);
        startUnlessNever(reconciling, settings.millis("reconcile.interval.ms"));
        startUnlessNever(following, settings.millis(ReferenceFollowing.INTERVAL));
        splitter.start();
    }

    /** An interval of zero stands for never. */
    private static void startUnlessNever(PeriodicThread thread, Duration interval) {
        if (!interval.isZero()) {
            thread.start();
        }
    }

    /** The comparison of bucket and ledger, which the first of all splitters does. */
    private ReconcileService reconcile(Settings settings) {
        final Reconciliation reconciliation = new Reconciliation(
                settings,
                KafkaClients.real(),
                Time.SYSTEM,
                settings.text("reconcile.prefix"),
                Reconciliation.limit(settings));
        return new ReconcileService(
                Time.SYSTEM,
                splitter::isFirst,
                () -> {
                    final Reconciler.Result result = reconciliation.run(count -> {});
                    splitter.counts().eventsMissed.add(result.created() + result.removed());
                    return result;
                },
                settings.millis("reconcile.interval.ms"));
    }

    /** The splitter. */
    public SplitterService splitter() {
        return splitter;
    }

    /** Waits until it has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        splitter.await();
    }

    /** Ends after the object at hand, within a bounded time. */
    @Override
    public void close() {
        parts.close();
    }
}
