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

    /** Uses this parser for label texts. */
    public DaySummary(LabelParser parser) {
        this.parser = parser;
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
     * @return the pod and storage slices of which no line item counts, since newer objects have them all (rule 3)
     */
    public List<SliceEnd> summarise(
            DayKey day,
            List<SliceEnd> counted,
            ChunkReader reader,
            ReferenceData reference,
            Consumer<SummaryRow> rows) {
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
                        Columns.NODE_LABELS),
                LatestLabels.read(
                        slices.getOrDefault(ReportType.NAMESPACE_LABELS, List.of()),
                        reader,
                        Columns.NAMESPACE,
                        Columns.NAMESPACE_LABELS));

        final LabelSets labels = new LabelSets(parser, reference.enabledKeys());
        final PodUsage pods = new PodUsage(labels, !storageSlices.isEmpty());
        final List<SliceEnd> without = new ArrayList<>();
        pods.read(slices.getOrDefault(ReportType.POD_USAGE, List.of()), reader, without::add);
        final StorageUsage storage = new StorageUsage(labels, pods);
        storage.read(storageSlices, reader, without::add);
        labels.forgetTexts();

        final PodRows podRows = new PodRows(day, reference, pods, inherited);
        podRows.emitPods(rows);
        podRows.emitUnallocated(rows);
        if (!storageSlices.isEmpty()) {
            new StorageRows(day, reference, storage, pods, inherited).emit(rows);
        }
        return without;
    }
}
