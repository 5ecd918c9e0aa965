package org.usagestreams.command;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.loading.LoadWatch;
import org.usagestreams.settings.Settings;
import org.usagestreams.topology.SummaryService;

/** A processor: the topology, the watch that tells what is loaded, and the HTTP interface. */
public final class ProcessorInstance implements AutoCloseable {
    private final InstanceSlot slot;
    private final SummaryService summary;
    private final LoadWatch watch;
    private final HttpInterface http;

    private ProcessorInstance(InstanceSlot slot, SummaryService summary, LoadWatch watch, HttpInterface http) {
        this.slot = slot;
        this.summary = summary;
        this.watch = watch;
        this.http = http;
    }

    /** Starts one, in the first place of this host that is free. */
    public static ProcessorInstance start(Settings settings) {
        final InstanceSlot slot = InstanceSlot.take(Path.of(settings.text("summary.state.dir")));
        SummaryService summary = null;
        LoadWatch watch = null;
        try {
            final String name = settings.instance("summary.instance.id", slot.number());
            summary = Services.summary(settings, name, slot.directory());
            watch = Services.loadWatch(settings, name);
            final HttpInterface http = HttpInterface.start(
                    address(settings, slot.number()),
                    slot.directory(),
                    token(settings),
                    summary,
                    settings.millis("http.resize.ms"));
            watch.start();
            summary.start();
            return new ProcessorInstance(slot, summary, watch, http);
        } catch (RuntimeException e) {
            if (watch != null) {
                watch.close();
            }
            if (summary != null) {
                summary.close();
            }
            slot.close();
            throw e;
        }
    }

    private static InetSocketAddress address(Settings settings, int number) {
        final int port = settings.integer("http.port");
        return new InetSocketAddress(settings.text("http.address"), port == 0 ? 0 : port + number);
    }

    private static String token(Settings settings) {
        final String set = settings.secret("http.token");
        if (!set.isEmpty()) {
            return set;
        }
        final ByteBuffer random = ByteBuffer.allocate(32);
        new SecureRandom().nextBytes(random.array());
        return HexFormat.of().formatHex(random.array());
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
        http.close();
        watch.close();
        summary.close();
        slot.close();
    }
}
