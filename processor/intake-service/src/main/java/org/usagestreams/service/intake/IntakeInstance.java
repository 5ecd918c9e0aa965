package org.usagestreams.service.intake;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceHttp;
import org.usagestreams.instance.InstanceMetrics;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.settings.Settings;

/** An intake, and its HTTP interface. */
public final class IntakeInstance implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;

    private final RunningParts parts = new RunningParts();
    private final CountDownLatch closed = new CountDownLatch(1);
    private IntakeService service;

    private IntakeInstance() {}

    /** Starts one, in the first free slot of this host. */
    public static IntakeInstance start(Settings settings) {
        final IntakeInstance instance = new IntakeInstance();
        instance.parts.start(() -> instance.begin(settings));
        return instance;
    }

    private void begin(Settings settings) {
        final InstanceSlot slot = parts.add(InstanceSlot.take(Path.of(settings.text("intake.instance.dir"))));
        final InstanceMetrics metrics = parts.add(new InstanceMetrics(settings.list("metrics.kafka.exclude")));
        service = new IntakeService(settings, slot.name(settings.text("intake.instance.id")), slot.directory());
        service.bindTo(metrics.registry());
        parts.add(InstanceHttp.start(
                settings,
                "intake",
                slot,
                new HttpInterface.Pages(service::health, metrics, null, null, settings.millis("http.resize.ms"))));
        parts.add(service).start();
    }

    /** Payloads that were unpacked since it started. */
    public long unpacked() {
        return service.counts().unpacked.sum();
    }

    /** Waits until it has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            service.checkAlive();
        }
    }

    /** Ends after the payloads at hand, within a bounded time. */
    @Override
    public void close() {
        parts.close();
        closed.countDown();
    }
}
