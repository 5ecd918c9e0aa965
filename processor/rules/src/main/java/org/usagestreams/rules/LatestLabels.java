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
    private final String nameColumn;
    private final String labelColumn;
    private final DayBudget budget;

    LatestLabels(String nameColumn, String labelColumn, DayBudget budget) {
        this.nameColumn = nameColumn;
        this.labelColumn = labelColumn;
        this.budget = budget;
    }

    /** Reads slices of one report type, newest object first. */
    ChunkSteps reading(List<SliceEnd> slices, ChunkReader reader) {
        return new ChunkSteps(slices, reader, new ChunkSteps.Visitor() {
            private int object = -1;

            @Override
            public void begin(SliceEnd slice) {
                object++;
            }

            @Override
            public void read(Chunk chunk) {
                LatestLabels.this.read(chunk, object);
            }

            @Override
            public void end(SliceEnd slice) {}
        });
    }

    /** The label text of a name; null if it has none. */
    String textOf(String name) {
        final Entry entry = entries.get(name);
        return entry == null ? null : entry.text();
    }

    private void read(Chunk chunk, int object) {
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
