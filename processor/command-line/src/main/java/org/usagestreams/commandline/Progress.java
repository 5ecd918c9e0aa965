package org.usagestreams.commandline;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows the progress of long work on standard error: a bar if it goes to a terminal, wherever standard output goes. Otherwise a
 * line at the beginning, one every ten seconds, and one at the end. With {@code --quiet} nothing. Not thread-safe.
 */
public final class Progress implements AutoCloseable {
    private static final long EVERY_NANOS = 10_000_000_000L;

    private final PrintStream err;
    private final LongSupplier clock;
    private final ProgressBar bar;
    private final String task;
    private final boolean lines;
    private long total;
    private long done;
    private String detail = "";
    private long told;

    /** Begins work of so many steps. */
    public Progress(String task, long total) {
        this(task, total, System.err, Terminal.showsErrors() ? new ProgressBarBuilder() : null, System::nanoTime);
    }

    /**
     * The same elsewhere.
     *
     * @param builder of the bar; null if there is no terminal
     * @param clock nanoseconds
     */
    Progress(String task, long total, PrintStream err, ProgressBarBuilder builder, LongSupplier clock) {
        this.task = task;
        this.total = total;
        this.err = err;
        this.clock = clock;
        told = clock.getAsLong();
        bar = Quiet.isSet() || builder == null
                ? null
                : builder.setTaskName(task)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(100)
                        .build();
        lines = !Quiet.isSet() && builder == null;
        if (lines) {
            err.println(task + ": " + total);
        }
    }

    /** One step more. */
    public void step(String of) {
        done++;
        if (bar != null) {
            bar.step();
            bar.setExtraMessage(of);
        }
        tell();
    }

    /** So many steps in all by now. */
    public void stepTo(long now) {
        done = Math.max(done, Math.min(now, total));
        if (bar != null) {
            bar.stepTo(done);
        }
        tell();
    }

    /** Shows the progress: the finished steps, their total, and further text such as counts by state. */
    public void show(long now, long of, String counts) {
        done = now;
        total = of;
        detail = counts;
        if (bar != null) {
            bar.maxHint(of);
            bar.stepTo(now);
            bar.setExtraMessage(counts);
        }
        tell();
    }

    private void tell() {
        if (lines && clock.getAsLong() - told > EVERY_NANOS) {
            told = clock.getAsLong();
            err.println(task + ": " + done + " of " + total + (detail.isEmpty() ? "" : " (" + detail + ")"));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        } else if (lines) {
            err.println(task + ": " + done + " done" + (detail.isEmpty() ? "" : " (" + detail + ")"));
        }
    }
}
