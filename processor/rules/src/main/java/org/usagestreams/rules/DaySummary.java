package org.usagestreams.rules;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.SliceEnd;

/**
 * The daily summary of one source and usage date, from the slices that count. A day that takes too much memory at once is
 * summarised by portions, with the same rows.
 */
public final class DaySummary {
    private final LabelParser parser;
    private final DayLimits limits;
    private final Supplier<Spill> spills;

    /** Uses this parser for label texts, within the default limits; what does not fit in them is in memory all the same. */
    public DaySummary(LabelParser parser) {
        this(parser, DayLimits.DEFAULTS, Spill::inMemory);
    }

    /**
     * Uses this parser for label texts, within these limits.
     *
     * @param spills room for a day that takes too much memory; throws {@link DayOverBudgetException} if there is none
     */
    public DaySummary(LabelParser parser, DayLimits limits, Supplier<Spill> spills) {
        this.parser = parser;
        this.limits = limits;
        this.spills = spills;
    }

    /** The inputs of a day's summary. */
    record Input(
            DayKey day,
            Map<ReportType, List<SliceEnd>> slices,
            ChunkReader reader,
            ReferenceData reference,
            LabelParser parser) {
        List<SliceEnd> slices(ReportType type) {
            return slices.getOrDefault(type, List.of());
        }

        static LatestLabels nodeLabels(DayBudget budget) {
            return new LatestLabels(Columns.NODE, Columns.NODE_LABELS, budget);
        }

        static LatestLabels namespaceLabels(DayBudget budget) {
            return new LatestLabels(Columns.NAMESPACE, Columns.NAMESPACE_LABELS, budget);
        }
    }

    /**
     * Begins to read a day, in steps.
     *
     * @param day source and date
     * @param counted the slices that count, as {@link LiveSlices#counted} orders them
     * @param reader where their chunks are read from; a chunk that cannot be read fails the step that reads it
     * @param reference reference data as it holds for the source
     * @return to be closed, or its rows
     */
    public DayReading begin(DayKey day, List<SliceEnd> counted, ChunkReader reader, ReferenceData reference) {
        final Map<ReportType, List<SliceEnd>> slices = counted.stream()
                .collect(Collectors.groupingBy(
                        LiveSlices::typeOf, () -> new EnumMap<>(ReportType.class), Collectors.toList()));
        return new DayReading(new Input(day, slices, reader, reference, parser), limits, spills);
    }

    /**
     * Derives the rows of a day at once.
     *
     * @param rows takes each row, as {@link DayRows#emit} passes them
     * @return the pod and storage slices without a line item that counts
     * @throws DayOverBudgetException before the first row, where the slices take more than the limits allow
     */
    public List<SliceEnd> summarise(
            DayKey day,
            List<SliceEnd> counted,
            ChunkReader reader,
            ReferenceData reference,
            Consumer<SummaryRow> rows) {
        try (DayReading reading = begin(day, counted, reader, reference)) {
            reading.read(() -> false);
            final DayRows derived = reading.rows();
            derived.emit(rows, () -> false);
            return derived.without();
        }
    }
}
