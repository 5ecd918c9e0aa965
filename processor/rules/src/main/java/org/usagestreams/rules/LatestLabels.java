package org.usagestreams.rules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.message.SliceEnd;

/**
 * The labels of each node or namespace of a day (section 2, rule 4): those of the row with the latest interval start; of
 * equal ones that of the newest object, then the later row.
 */
final class LatestLabels {
    private record Entry(long start, int object, String text) {}

    private final Map<String, Entry> entries = new HashMap<>();
    private final DayBudget budget;

    private LatestLabels(DayBudget budget) {
        this.budget = budget;
    }

    /** Reads slices of one report type, newest object first. */
    static LatestLabels read(
            List<SliceEnd> slices, ChunkReader reader, String nameColumn, String labelColumn, DayBudget budget) {
        final LatestLabels latest = new LatestLabels(budget);
        int object = 0;
        for (final SliceEnd end : slices) {
            for (final Chunk chunk : reader.chunks(end)) {
                latest.read(chunk, object, nameColumn, labelColumn);
            }
            object++;
        }
        return latest;
    }

    /** The label text of a name; null where it has none. */
    String textOf(String name) {
        final Entry entry = entries.get(name);
        return entry == null ? null : entry.text();
    }

    private void read(Chunk chunk, int object, String nameColumn, String labelColumn) {
        final Column.Text names = chunk.text(nameColumn);
        final Column.Text texts = chunk.text(labelColumn);
        final Column.Time starts = chunk.intervalStart();
        for (int row = 0; row < chunk.rows(); row++) {
            if (names.codes()[row] == 0) {
                continue;
            }
            final String name = names.dictionary()[names.codes()[row] - 1];
            final long start = starts.dictionary()[starts.codes()[row]];
            final Entry held = entries.get(name);
            // Objects come newest first: at an equal start an older one does not win, a later row of the same one does.
            if (held == null || start > held.start() || (start == held.start() && object == held.object())) {
                final int code = texts.codes()[row];
                final String text = code == 0 ? null : texts.dictionary()[code - 1];
                entries.put(name, new Entry(start, object, text));
                if (held == null) {
                    budget.addText(name);
                }
                if (text != null && (held == null || !text.equals(held.text()))) {
                    budget.addText(text);
                }
            }
        }
    }
}
