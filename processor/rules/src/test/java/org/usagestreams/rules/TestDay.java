package org.usagestreams.rules;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;

/** The objects of a day in memory, newest first, and the rows that they lead to. Labels are texts like {@code app=web,tier=db}. */
final class TestDay {
    static final LocalDate DATE = LocalDate.of(2025, 11, 3);

    private static final LabelParser LABELS = text -> {
        final Map<String, String> labels = new HashMap<>();
        for (final String label : text.split(",", -1)) {
            labels.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
        }
        return Labels.of(labels);
    };

    private final Map<SliceEnd, List<Chunk>> slices = new LinkedHashMap<>();

    /** Slices of which no line item counted, by the name of their object, as the last summary told. */
    private final List<String> without = new ArrayList<>();

    private Set<String> enabledKeys = Set.of();
    private int chunkRows = Integer.MAX_VALUE;
    private BooleanSupplier enough = () -> false;

    /** A row by column names; columns that are not set are null. */
    static final class Row {
        private final Map<String, Object> values = new HashMap<>();

        Row set(String column, Object value) {
            values.put(column, value);
            return this;
        }

        Row hour(int hour) {
            return set(
                    Columns.INTERVAL_START, Instant.parse(DATE + "T00:00:00Z").plusSeconds(3600L * hour));
        }
    }

    /** An hour of a pod, the first one of the day. */
    static Row pod(String node, String namespace, String pod) {
        return new Row()
                .hour(0)
                .set(Columns.NODE, node)
                .set(Columns.NAMESPACE, namespace)
                .set(Columns.POD, pod);
    }

    /** An hour of a claim that a pod mounts, the first one of the day. */
    static Row claim(String namespace, String pod, String claim, String volume) {
        return new Row()
                .hour(0)
                .set(Columns.NAMESPACE, namespace)
                .set(Columns.POD, pod)
                .set(Columns.CLAIM, claim)
                .set(Columns.VOLUME, volume);
    }

    static Row nodeLabels(String node, String labels) {
        return new Row().hour(0).set(Columns.NODE, node).set(Columns.NODE_LABELS, labels);
    }

    static Row namespaceLabels(String namespace, String labels) {
        return new Row().hour(0).set(Columns.NAMESPACE, namespace).set(Columns.NAMESPACE_LABELS, labels);
    }

    TestDay enable(String... keys) {
        enabledKeys = Set.of(keys);
        return this;
    }

    /** Objects that follow have chunks of at most so many rows. */
    TestDay chunksOf(int rows) {
        chunkRows = rows;
        return this;
    }

    /** An object that is older than those before it. */
    TestDay object(ReportType type, Row... rows) {
        final SliceEnd end = SliceEnd.newBuilder()
                .setSlice(Slice.newBuilder()
                        .setReport(org.usagestreams.wire.message.ReportType.valueOf(type.name()))
                        .setVersion(ObjectVersion.newBuilder().setKey("object-" + slices.size())))
                .setRows(rows.length)
                .addAllIntervalStarts(
                        Arrays.stream(rows).map(TestDay::micros).distinct().toList())
                .build();
        final List<Chunk> chunks = new ArrayList<>();
        for (int from = 0; from < rows.length; from += Math.min(chunkRows, rows.length - from)) {
            final int to = from + Math.min(chunkRows, rows.length - from);
            chunks.add(chunk(type, List.of(rows).subList(from, to)));
        }
        slices.put(end, chunks);
        return this;
    }

    private static long micros(Row row) {
        return ((Instant) row.values.get(Columns.INTERVAL_START)).toEpochMilli() * 1000;
    }

    private static Chunk chunk(ReportType type, List<Row> rows) {
        final Map<String, Column> columns = new HashMap<>();
        for (final ColumnSpec column : type.columns()) {
            final String name = column.name();
            if (rows.stream().anyMatch(row -> row.values.containsKey(name))) {
                columns.put(
                        name,
                        switch (column.kind()) {
                            case TIME -> times(rows);
                            case AMOUNT -> amounts(name, rows);
                            case NAME, LABELS -> texts(name, rows);
                        });
            }
        }
        return new Chunk(rows.size(), columns);
    }

    private static Column.Time times(List<Row> rows) {
        final long[] dictionary =
                rows.stream().mapToLong(TestDay::micros).distinct().sorted().toArray();
        return new Column.Time(
                dictionary,
                rows.stream()
                        .mapToInt(row -> Arrays.binarySearch(dictionary, micros(row)))
                        .toArray());
    }

    private static Column.Amount amounts(String name, List<Row> rows) {
        return new Column.Amount(rows.stream()
                .mapToDouble(row -> row.values.get(name) instanceof Number number ? number.doubleValue() : Double.NaN)
                .toArray());
    }

    private static Column.Text texts(String name, List<Row> rows) {
        final List<Object> dictionary = rows.stream()
                .map(row -> row.values.get(name))
                .filter(value -> value != null)
                .distinct()
                .toList();
        return new Column.Text(
                dictionary.stream().map(Object::toString).toArray(String[]::new),
                rows.stream()
                        .mapToInt(row -> 1 + dictionary.indexOf(row.values.get(name)))
                        .toArray());
    }

    /** From now on it is summarised in turns, which end where this says so. */
    TestDay inTurns(BooleanSupplier over) {
        enough = over;
        return this;
    }

    List<SummaryRow> summarise(ReferenceData.CostCategory... categories) {
        final List<SummaryRow> rows = new ArrayList<>();
        summarise(DayLimits.DEFAULTS, rows::add, categories);
        return rows;
    }

    void summarise(DayLimits limits, Consumer<SummaryRow> rows, ReferenceData.CostCategory... categories) {
        without.clear();
        try (DayReading reading = begin(limits, categories)) {
            while (!reading.read(enough)) {
                // The next turn.
            }
            final DayRows derived = reading.rows();
            while (!derived.emit(rows, enough)) {
                // The next turn.
            }
            derived.without()
                    .forEach(end -> without.add(end.getSlice().getVersion().getKey()));
        }
    }

    /** Begins to read it. */
    DayReading begin(DayLimits limits, ReferenceData.CostCategory... categories) {
        return begin(limits, Spill::inMemory, categories);
    }

    /** Begins to read it, with this room for what does not fit in memory. */
    DayReading begin(DayLimits limits, Supplier<Spill> spills, ReferenceData.CostCategory... categories) {
        return new DaySummary(LABELS, limits, spills)
                .begin(
                        new DayKey("org", "source", DATE),
                        List.copyOf(slices.keySet()),
                        slices::get,
                        new ReferenceData(
                                ReferenceData.Cluster.unknown("source"), enabledKeys, List.of(categories), Map.of()));
    }

    List<SummaryRow> summarise(SummaryRow.Kind kind) {
        return summarise().stream().filter(row -> row.kind() == kind).toList();
    }

    /** The only row of its kind. */
    SummaryRow only(SummaryRow.Kind kind) {
        final List<SummaryRow> rows = summarise(kind);
        if (rows.size() != 1) {
            throw new AssertionError(rows);
        }
        return rows.get(0);
    }

    List<String> without() {
        return List.copyOf(without);
    }
}
