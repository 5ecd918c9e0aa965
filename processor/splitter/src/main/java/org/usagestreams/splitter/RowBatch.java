package org.usagestreams.splitter;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** The rows that are decoded at once: which of them are kept, on which date, in which order, and chunks of them. */
final class RowBatch {
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final double GREATEST_AMOUNT = 1e18;

    private final ReportType report;
    private final NeededColumns columns;
    private final int rows;
    private final TimeColumn starts;
    private final Map<DropReason, Long> dropped;

    /** Null for a row that is kept. */
    private final DropReason[] reasons;

    RowBatch(ReportType report, NeededColumns columns, int rows, Map<DropReason, Long> dropped) {
        this.report = report;
        this.columns = columns;
        this.rows = rows;
        this.dropped = dropped;
        starts = (TimeColumn) columns.get(Columns.INTERVAL_START);
        reasons = new DropReason[rows];
    }

    /** Row numbers by usage date, in the order in which chunks should hold them. */
    Map<LocalDate, int[]> rowsByDate() {
        findDropped();
        final long[] dayOfCode = new long[starts.distinct()];
        for (int code = 0; code < dayOfCode.length; code++) {
            dayOfCode[code] = Math.floorDiv(starts.micros(code), MICROS_PER_DAY);
        }
        final Map<Long, Integer> counts = new TreeMap<>();
        final int[] order = order();
        for (final int row : order) {
            counts.merge(dayOfCode[starts.code(row)], 1, Integer::sum);
        }
        final Map<LocalDate, int[]> byDate = new TreeMap<>();
        if (counts.size() == 1) {
            byDate.put(LocalDate.ofEpochDay(counts.keySet().iterator().next()), order);
            return byDate;
        }
        final Map<Long, int[]> arrays = new HashMap<>();
        counts.forEach((day, count) -> {
            arrays.put(day, new int[count]);
            byDate.put(LocalDate.ofEpochDay(day), arrays.get(day));
        });
        final Map<Long, Integer> filled = new HashMap<>();
        for (final int row : order) {
            final long day = dayOfCode[starts.code(row)];
            arrays.get(day)[filled.merge(day, 1, Integer::sum) - 1] = row;
        }
        return byDate;
    }

    /** Values that are neither null nor readable, in the label columns of the rows that are kept. */
    long unreadableLabels() {
        long count = 0;
        for (final ColumnSpec spec : report.columns()) {
            if (spec.kind() == ColumnSpec.Kind.LABELS && columns.get(spec.name()) instanceof TextColumn text) {
                for (int row = 0; row < rows; row++) {
                    count += reasons[row] == null && text.code(row) == TextColumn.UNREADABLE ? 1 : 0;
                }
            }
        }
        return count;
    }

    /** A chunk of the rows {@code order[from]} to {@code order[to - 1]}. */
    Chunk chunk(int[] order, int from, int to) {
        final Map<String, Column> chunk = new HashMap<>();
        for (final ColumnSpec spec : report.columns()) {
            final BatchColumn column = columns.get(spec.name());
            if (column instanceof TextColumn text) {
                chunk.put(spec.name(), texts(text, order, from, to));
            } else if (column instanceof AmountColumn amount) {
                final double[] values = new double[to - from];
                for (int i = from; i < to; i++) {
                    values[i - from] = amount.value(order[i]);
                }
                chunk.put(spec.name(), new Column.Amount(values));
            } else if (column instanceof TimeColumn time) {
                chunk.put(spec.name(), times(time, order, from, to));
            }
        }
        return new Chunk(to - from, chunk);
    }

    private void findDropped() {
        for (final ColumnSpec spec : report.columns()) {
            final BatchColumn column = columns.get(spec.name());
            if (column instanceof AmountColumn amount) {
                for (int row = 0; row < rows; row++) {
                    if (Math.abs(amount.value(row)) > GREATEST_AMOUNT) {
                        drop(row, DropReason.AMOUNT);
                    }
                }
            } else if (column instanceof TextColumn text && spec.kind() == ColumnSpec.Kind.NAME) {
                findDroppedNames(text, spec.filled());
            } else if (column instanceof TimeColumn time) {
                for (int row = 0; row < rows; row++) {
                    if (time.code(row) < 0) {
                        drop(row, DropReason.INTERVAL_START);
                    }
                }
            }
        }
        for (final DropReason reason : reasons) {
            if (reason != null) {
                dropped.merge(reason, 1L, Long::sum);
            }
        }
    }

    private void findDroppedNames(TextColumn text, boolean filled) {
        final int empty = text.dictionary().indexOf("") + 1;
        for (int row = 0; row < rows; row++) {
            final int code = text.code(row);
            if (code == TextColumn.TOO_LONG) {
                drop(row, DropReason.NAME_TOO_LONG);
            } else if (filled && (code == TextColumn.NULL || code == empty)) {
                drop(row, DropReason.NAME_MISSING);
            }
        }
    }

    private void drop(int row, DropReason reason) {
        reasons[row] = reasons[row] == null ? reason : reasons[row];
    }

    /**
     * The rows that are kept. Where the report's rows are summed, those of one pod with equal labels stand together:
     * chunks then hold few distinct texts each, and what is behind the splitter costs half.
     */
    private int[] order() {
        int kept = 0;
        int[] order = new int[rows];
        for (int row = 0; row < rows; row++) {
            if (reasons[row] == null) {
                order[kept++] = row;
            }
        }
        order = Arrays.copyOf(order, kept);
        if (report.summed()) {
            for (final String name : new String[] {Columns.POD, labelColumn()}) {
                if (columns.get(name) instanceof TextColumn text) {
                    order = sortedByCode(order, text);
                }
            }
        }
        return order;
    }

    private String labelColumn() {
        return report == ReportType.POD_USAGE ? Columns.POD_LABELS : Columns.CLAIM_LABELS;
    }

    /** Stable counting sort. */
    private static int[] sortedByCode(int[] order, TextColumn text) {
        final int[] starts = new int[text.dictionary().size() + 2];
        for (final int row : order) {
            starts[Math.max(0, text.code(row)) + 1]++;
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        final int[] sorted = new int[order.length];
        for (final int row : order) {
            sorted[starts[Math.max(0, text.code(row))]++] = row;
        }
        return sorted;
    }

    private static Column.Text texts(TextColumn text, int[] order, int from, int to) {
        final List<String> dictionary = text.dictionary();
        final int[] renumbered = new int[dictionary.size() + 1];
        final String[] used = new String[Math.min(dictionary.size(), to - from)];
        final int[] codes = new int[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            final int code = Math.max(TextColumn.NULL, text.code(order[i]));
            if (code != TextColumn.NULL) {
                if (renumbered[code] == 0) {
                    used[count++] = dictionary.get(code - 1);
                    renumbered[code] = count;
                }
                codes[i - from] = renumbered[code];
            }
        }
        return new Column.Text(Arrays.copyOf(used, count), codes);
    }

    private static Column.Time times(TimeColumn time, int[] order, int from, int to) {
        final int[] renumbered = new int[time.distinct()];
        final long[] used = new long[Math.min(time.distinct(), to - from)];
        final int[] codes = new int[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            final int code = time.code(order[i]);
            if (renumbered[code] == 0) {
                used[count++] = time.micros(code);
                renumbered[code] = count;
            }
            codes[i - from] = renumbered[code] - 1;
        }
        return new Column.Time(Arrays.copyOf(used, count), codes);
    }

    /** Counters that start at none. */
    static Map<DropReason, Long> noneDropped() {
        return new EnumMap<>(DropReason.class);
    }
}
