package org.usagestreams.standalone;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.usagestreams.commandline.Shutdown;

/**
 * Ends a process on SIGTERM or Ctrl-C within a bounded time. Parts end in order where they can. Where one takes longer, the
 * process is halted: every part survives a kill, and PostgreSQL's watchdog stops the server.
 */
final class BoundedShutdown {
    /** The exit code that the JVM has for SIGTERM, too. */
    private static final int TERMINATED = 128 + 15;

    private BoundedShutdown() {}

    /**
     * Registers what to do.
     *
     * @param within from the signal to the end of the process, shutdown hooks of libraries included
     * @param stop is counted down at the signal
     * @param stopped is counted down by whoever waits for {@code stop}, when all parts have ended
     */
    static void onSignal(Duration within, CountDownLatch stop, CountDownLatch stopped) {
        Shutdown.onSignal(() -> {
            haltAfter(within);
            stop.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Shutdown hooks run side by side and without a limit, so the limit is a thread that no hook can keep. */
    private static void haltAfter(Duration within) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        TimeUnit.NANOSECONDS.sleep(within.toNanos());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                    System.err.println(
                            "Not all parts ended within " + within.toSeconds()
                                    + " s of the signal: the process ends now. Nothing is lost; the next start takes up the rest.");
                    Runtime.getRuntime().halt(TERMINATED);
                },
                "halt");
        thread.setDaemon(true);
        thread.start();
    }
}
