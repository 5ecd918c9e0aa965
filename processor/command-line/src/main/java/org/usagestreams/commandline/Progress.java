package org.usagestreams.commandline;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows the progress of long work on standard error: a bar on a terminal, otherwise a line at the beginning and one at the
 * end.
 */
public final class Progress implements AutoCloseable {
    private static final PrintStream ERR = System.err;

    @SuppressWarnings("SystemConsoleNull") // Later JDKs are started with jdk.console=java.base, which keeps it so.
    public static final boolean INTERACTIVE = System.console() != null;

    private final ProgressBar bar;
    private final String task;
    private final long total;
    private long done;

    /** Begins work of so many steps. */
    public Progress(String task, long total) {
        this.task = task;
        this.total = total;
        bar = !INTERACTIVE
                ? null
                : new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(100)
                        .build();
        if (bar == null) {
            ERR.println(task + ": " + total);
        }
    }

    /** One step more. */
    public void step(String detail) {
        done++;
        if (bar != null) {
            bar.step();
            bar.setExtraMessage(detail);
        }
    }

    /** So many steps in all by now. */
    public void stepTo(long now) {
        done = Math.max(done, Math.min(now, total));
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        } else {
            ERR.println(task + ": " + done + " done");
        }
    }
}
