package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.usagestreams.rules.DaySummary.Input;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.SliceEnd;

/** A day that is summed up at once. */
final class WholeDay implements DayReading.Derivation {
    private final List<SliceEnd> without = new ArrayList<>();
    private Steps reading;
    private Steps emitting;
    private PodRows podRows;
    private StorageRows storageRows;
    private long size;

    WholeDay(Input input, DayBudget budget) {
        final List<SliceEnd> storageSlices = input.slices(ReportType.STORAGE_USAGE);
        final LatestLabels nodeLabels = Input.nodeLabels(budget);
        final LatestLabels namespaceLabels = Input.namespaceLabels(budget);
        final EnabledLabels inherited =
                new EnabledLabels(input.parser(), input.reference().enabledKeys(), nodeLabels, namespaceLabels, budget);
        final LabelSets labels = new LabelSets(input.parser(), input.reference().enabledKeys(), budget);
        final PodUsage pods = new PodUsage(labels, !storageSlices.isEmpty(), budget);
        final StorageUsage storage = new StorageUsage(labels, pods, budget);
        reading = new StepQueue()
                .add(() -> nodeLabels.reading(input.slices(ReportType.NODE_LABELS), input.reader()))
                .add(() -> namespaceLabels.reading(input.slices(ReportType.NAMESPACE_LABELS), input.reader()))
                .add(() -> undividable(
                        pods, pods.reading(input.slices(ReportType.POD_USAGE), input.reader(), without::add)))
                .add(() -> storage.reading(storageSlices, input.reader(), without::add))
                .add(() -> {
                    labels.forgetTexts();
                    podRows =
                            new PodRows(input.day(), input.reference(), pods, NodeCapacity.of(pods), inherited, budget);
                    return podRows.merging();
                })
                .add(() -> {
                    storageRows = new StorageRows(input.day(), input.reference(), storage, pods, inherited, budget);
                    return storageRows.mounting();
                })
                .then(() -> {
                    size = podRows.size() + storageRows.size();
                    budget.checkRows(size);
                });
    }

    /** Portions are of whole nodes. So a single node that takes too much need not be read to its end. */
    private static Steps undividable(PodUsage pods, Steps reading) {
        return new Steps() {
            @Override
            public boolean hasNext() {
                return reading.hasNext();
            }

            @Override
            public void next() {
                try {
                    reading.next();
                } catch (DayOverBudgetException e) {
                    throw pods.isOfOneNode() ? new DayOverBudgetException(e.getMessage()) : e;
                }
            }
        };
    }

    @Override
    public Steps reading() {
        return reading;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isOfLargeDay() {
        return false;
    }

    @Override
    public List<SliceEnd> without() {
        return without;
    }

    @Override
    public boolean emit(Consumer<SummaryRow> rows, BooleanSupplier enough) {
        if (emitting == null) {
            emitting = new StepQueue().add(() -> podRows.emitting(rows)).add(() -> storageRows.emitting(rows));
        }
        return emitting.run(enough);
    }

    @Override
    public void close() {
        // For the collector: what follows takes memory for each row again.
        reading = Steps.NONE;
        emitting = Steps.NONE;
        podRows = null;
        storageRows = null;
    }
}
