package org.usagestreams.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.wire.ledger.UploadState;

/**
 * Shows a progress bar for each object that is being processed, with the states of the ledger as steps. Without a terminal,
 * prints a line for each change.
 */
final class StageBars implements AutoCloseable {
    /** More would not fit on a terminal. */
    private static final int BARS = 10;

    private static final int NAME = 40;

    private final PrintWriter out;
    private final Map<String, ProgressBar> bars = new LinkedHashMap<>();
    private Map<String, UploadState> seen;

    StageBars(PrintWriter out) {
        this.out = out;
    }

    /** Shows these, the latest first. */
    void show(List<LedgerRow> rows) {
        final Map<String, UploadState> now = new HashMap<>();
        for (final LedgerRow row : rows) {
            final String id = row.name() + "\n" + row.etag() + "\n" + row.versionId();
            now.put(id, row.state());
            final boolean news = seen != null && seen.get(id) != row.state();
            if (Progress.INTERACTIVE) {
                bar(id, row, news);
            } else if (news) {
                out.println(Printable.of(
                        row.state() + "  " + row.name() + (row.reason() == null ? "" : ": " + row.reason())));
                out.flush();
            }
        }
        seen = now;
    }

    private void bar(String id, LedgerRow row, boolean news) {
        if (!bars.containsKey(id) && (!row.state().isSettled() || news) && bars.size() < BARS) {
            final String name = row.name().length() <= NAME
                    ? row.name()
                    : "..." + row.name().substring(row.name().length() - NAME + 3);
            bars.put(
                    id,
                    new ProgressBarBuilder()
                            .setTaskName(Printable.of(name))
                            .setInitialMax(UploadState.LAST_STEP)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(100)
                            .build());
        }
        final ProgressBar bar = bars.get(id);
        if (bar != null) {
            bar.stepTo(row.state().step());
            bar.setExtraMessage(row.state().name());
            if (row.state().isSettled()) {
                bar.close();
                bars.remove(id);
            }
        }
    }

    @Override
    public void close() {
        bars.values().forEach(ProgressBar::close);
    }
}
