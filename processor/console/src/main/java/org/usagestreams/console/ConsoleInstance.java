package org.usagestreams.console;

import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.instance.WebListener;
import org.usagestreams.settings.Settings;

/** A console that listens. */
public final class ConsoleInstance implements AutoCloseable {
    private final RunningParts parts = new RunningParts();
    private final CountDownLatch closed = new CountDownLatch(1);
    private WebListener listener;

    private ConsoleInstance() {}

    /**
     * Starts one. What it shows need not be there yet: pages say what does not answer.
     *
     * @throws IllegalStateException if it cannot listen
     */
    public static ConsoleInstance start(Settings settings) {
        final ConsoleInstance instance = new ConsoleInstance();
        instance.parts.start(() -> instance.begin(settings));
        return instance;
    }

    private void begin(Settings settings) {
        final SystemState state = parts.add(new SystemState(settings));
        final ConsoleParts shown = ConsoleParts.of(settings, state, Clock.systemUTC());
        parts.add(shown.replay());
        parts.add(shown.threads());
        state.onLook(shown.live()::publish);
        listener = parts.add(WebListener.start(settings, "console", new ConsoleSite(shown)));
        state.start();
    }

    /** The URL for this host, such as {@code http://127.0.0.1:18880}. */
    public String url() {
        return listener.url();
    }

    /** Waits until it is closed. */
    public void await() throws InterruptedException {
        closed.await();
    }

    @Override
    public void close() {
        parts.close();
        closed.countDown();
    }
}
