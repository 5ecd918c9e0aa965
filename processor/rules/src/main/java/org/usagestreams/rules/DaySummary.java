package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.SliceEnd;

/** The daily summary of one source and usage date, from the slices that count. */
public final class DaySummary {
    private final LabelParser parser;
    private final DayLimits limits;

    /** Uses this parser for label texts, within the default limits. */
    public DaySummary(LabelParser parser) {
        this(parser, DayLimits.DEFAULTS);
    }

    /** Uses this parser for label texts, within these limits. */
    public DaySummary(LabelParser parser, DayLimits limits) {
        this.parser = parser;
        this.limits = limits;
    }

    /**
     * Derives the rows of a day.
     *
     * @param day source and date
     * @param counted the slices that count, as {@link LiveSlices#counted} orders them
     * @param reader where their chunks are read from
     * @param reference reference data as it holds for the source
     * @param rows takes each row, in an order that depends only on the slices; the first one only after all chunks were
     *     read, so that a chunk that cannot be read fails before there are rows
     * @throws DayOverBudgetException before the first row, where the slices take more than the limits allow
     * @return the pod and storage slices of which no line item counts, since newer objects have them all (rule 3)
     */
    public List<SliceEnd> summarise(
            DayKey day,
            List<SliceEnd> counted,
            ChunkReader reader,
            ReferenceData reference,
            Consumer<SummaryRow> rows) {
        final DayBudget budget = new DayBudget(limits);
        final Map<ReportType, List<SliceEnd>> slices = counted.stream()
                .collect(Collectors.groupingBy(
                        LiveSlices::typeOf, () -> new EnumMap<>(ReportType.class), Collectors.toList()));
        final List<SliceEnd> storageSlices = slices.getOrDefault(ReportType.STORAGE_USAGE, List.of());
        final EnabledLabels inherited = new EnabledLabels(
                parser,
                reference.enabledKeys(),
                LatestLabels.read(
                        slices.getOrDefault(ReportType.NODE_LABELS, List.of()),
                        reader,
                        Columns.NODE,
                        Columns.NODE_LABELS,
                        budget),
                LatestLabels.read(
                        slices.getOrDefault(ReportType.NAMESPACE_LABELS, List.of()),
                        reader,
                        Columns.NAMESPACE,
                        Columns.NAMESPACE_LABELS,
                        budget),
                budget);

        final LabelSets labels = new LabelSets(parser, reference.enabledKeys(), budget);
        final PodUsage pods = new PodUsage(labels, !storageSlices.isEmpty(), budget);
        final List<SliceEnd> without = new ArrayList<>();
        pods.read(slices.getOrDefault(ReportType.POD_USAGE, List.of()), reader, without::add);
        final StorageUsage storage = new StorageUsage(labels, pods, budget);
        storage.read(storageSlices, reader, without::add);
        labels.forgetTexts();

        final PodRows podRows = new PodRows(day, reference, pods, inherited, budget);
        final StorageRows storageRows = new StorageRows(day, reference, storage, pods, inherited, budget);
        budget.checkRows(podRows.size() + storageRows.size());
        podRows.emitPods(rows);
        podRows.emitUnallocated(rows);
        storageRows.emit(rows);
        return without;
    }
}
