package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.usagestreams.rules.DaySummary.Input;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.SliceEnd;

/**
 * A day that is summed up by portions, so that it takes no more memory at once than one of them. Line items are divided once, and kept
 * outside the memory: pod usage by nodes, storage usage by volumes. Each sum is over line items of one portion, in the original order, so
 * its bits are the same. What is about several portions is kept for the day at large: labels of nodes and namespaces, and the capacity of
 * each node, of which the cluster's is the sum.
 *
 * <p>Portions are summed up twice: before the first row, to see that each fits and what the cluster's capacity is, and when
 * rows are made.
 */
final class PortionedDay implements DayReading.Derivation {
    /** What a group of pod rows takes, with its labels; more than most do. */
    private static final int POD_BYTES = 1500;

    /** Line items of a pod that lives half a day. */
    private static final int POD_LINE_ITEMS = 12;

    private static final int FEWEST = 4;
    private static final int MOST = 64;

    private final Input input;
    private final DayLimits limits;
    private final Spill spill;

    /** What is remembered of the day at large. */
    private final DayBudget budget;

    private final LatestLabels nodeLabels;
    private final LatestLabels namespaceLabels;
    private final NodeCapacity.Cluster cluster;
    private final Placements placements;
    private final List<SliceEnd> podSlices;
    private final List<SliceEnd> storageSlices;
    private final List<Portion> pods = new ArrayList<>();
    private final List<Portion> storage = new ArrayList<>();
    private final Set<SliceEnd> counting = Collections.newSetFromMap(new IdentityHashMap<>());
    private Steps reading;
    private Steps emitting;
    private long size;

    /**
     * A day that is still to be read.
     *
     * @param spill closed with the day
     */
    PortionedDay(Input input, DayLimits limits, Spill spill) {
        this.input = input;
        this.limits = limits;
        this.spill = spill;
        budget = new DayBudget(limits);
        nodeLabels = Input.nodeLabels(budget);
        namespaceLabels = Input.namespaceLabels(budget);
        final TextIndex nodes = new TextIndex(budget);
        cluster = new NodeCapacity.Cluster(nodes);
        placements = new Placements(spill, budget);
        podSlices = input.slices(ReportType.POD_USAGE);
        storageSlices = input.slices(ReportType.STORAGE_USAGE);
        final Portions ofPods = new Portions(Portions.Key.NODE, podSlices, spill, budget);
        final Portions ofStorage = new Portions(Portions.Key.VOLUME, storageSlices, spill, budget);
        final List<Portion> podPortions = new ArrayList<>();
        final List<Portion> storagePortions = new ArrayList<>();
        reading = new StepQueue()
                .add(() -> nodeLabels.reading(input.slices(ReportType.NODE_LABELS), input.reader()))
                .add(() -> namespaceLabels.reading(input.slices(ReportType.NAMESPACE_LABELS), input.reader()))
                // All chunks are read before the first is summed up.
                .add(() -> ofPods.dividing(
                        input.reader(),
                        portions(podSlices),
                        chunk -> nodes.translate(chunk.text(Columns.NODE)),
                        podPortions::addAll))
                .add(() -> ofStorage.dividing(
                        input.reader(), portions(storageSlices), chunk -> {}, storagePortions::addAll))
                .add(() -> new Measuring(
                        ofPods, podPortions, pods, portion -> measuringPods(portion, !storagePortions.isEmpty())))
                .then(placements::finish)
                .add(() -> new Measuring(ofStorage, storagePortions, storage, this::measuringStorage));
    }

    @Override
    public Steps reading() {
        return reading;
    }

    /** By how many portions line items are summarised at first: of honest reports, each fits then. */
    private int portions(List<SliceEnd> slices) {
        if (limits.portions() > 0) {
            return limits.portions();
        }
        final double lineItems = slices.stream().mapToDouble(SliceEnd::getRows).sum();
        final double bytes = lineItems / POD_LINE_ITEMS * POD_BYTES;
        return (int) Math.max(FEWEST, Math.min(MOST, Math.ceil(bytes / limits.bytes())));
    }

    private Steps measuringPods(Portion portion, boolean withPlacements) {
        final List<SliceEnd> without = new ArrayList<>();
        return readingPods(
                portion, withPlacements, budget.portion(), without::add, usage -> NodeCapacity.of(usage), rows -> {
                    // Nothing is kept of a portion that is too much.
                    addRows(rows.size());
                    cluster.add(rows.usage(), rows.capacity());
                    addCounting(podSlices, without);
                    return withPlacements ? placements.adding(rows.usage()) : Steps.NONE;
                });
    }

    /**
     * Sums up a portion of pod usage.
     *
     * @param then what is done with its rows
     */
    private Steps readingPods(
            Portion portion,
            boolean withPlacements,
            DayBudget ofPortion,
            Consumer<SliceEnd> without,
            Function<PodUsage, NodeCapacity> capacity,
            Function<PodRows, Steps> then) {
        final PodUsage usage = new PodUsage(labels(ofPortion), withPlacements, ofPortion);
        return new StepQueue()
                .add(() -> usage.reading(podSlices, portion, without))
                .add(() -> {
                    usage.labels.forgetTexts();
                    final PodRows rows = new PodRows(
                            input.day(),
                            input.reference(),
                            usage,
                            capacity.apply(usage),
                            inherited(ofPortion),
                            ofPortion);
                    return new StepQueue().add(rows::merging).add(() -> then.apply(rows));
                });
    }

    private Steps measuringStorage(Portion portion) {
        final List<SliceEnd> without = new ArrayList<>();
        return readingStorage(portion, budget.portion(), without::add, rows -> {
            addRows(rows.size());
            addCounting(storageSlices, without);
            return Steps.NONE;
        });
    }

    private void addRows(long more) {
        size += more;
        budget.checkRows(size);
    }

    private void addCounting(List<SliceEnd> slices, List<SliceEnd> without) {
        final Set<SliceEnd> none = Collections.newSetFromMap(new IdentityHashMap<>());
        none.addAll(without);
        slices.stream().filter(end -> !none.contains(end)).forEach(counting::add);
    }

    /**
     * Sums up a portion of storage usage.
     *
     * @param then what is done with its rows
     */
    private Steps readingStorage(
            Portion portion, DayBudget ofPortion, Consumer<SliceEnd> without, Function<StorageRows, Steps> then) {
        final PodUsage mounting = new PodUsage(labels(ofPortion), true, ofPortion);
        final StorageUsage usage = new StorageUsage(mounting.labels, mounting, ofPortion);
        return new StepQueue()
                .add(() -> usage.reading(storageSlices, portion, without))
                .add(() -> {
                    usage.labels.forgetTexts();
                    return placements.copying(mounting, usage, ofPortion);
                })
                .add(() -> {
                    final StorageRows rows = new StorageRows(
                            input.day(), input.reference(), usage, mounting, inherited(ofPortion), ofPortion);
                    return new StepQueue().add(rows::mounting).add(() -> then.apply(rows));
                });
    }

    private LabelSets labels(DayBudget ofPortion) {
        return new LabelSets(input.parser(), input.reference().enabledKeys(), ofPortion);
    }

    private EnabledLabels inherited(DayBudget ofPortion) {
        return new EnabledLabels(
                input.parser(), input.reference().enabledKeys(), nodeLabels, namespaceLabels, ofPortion);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isOfLargeDay() {
        return true;
    }

    @Override
    public List<SliceEnd> without() {
        return Stream.of(podSlices, storageSlices)
                .flatMap(List::stream)
                .filter(end -> !counting.contains(end))
                .toList();
    }

    @Override
    public boolean emit(Consumer<SummaryRow> rows, BooleanSupplier enough) {
        if (emitting == null) {
            final StepQueue portions = new StepQueue();
            pods.forEach(portion -> portions.add(() -> readingPods(
                    portion,
                    false,
                    DayBudget.unlimited(),
                    end -> {},
                    usage -> NodeCapacity.of(usage, cluster),
                    found -> found.emitting(rows))));
            storage.forEach(portion -> portions.add(
                    () -> readingStorage(portion, DayBudget.unlimited(), end -> {}, found -> found.emitting(rows))));
            emitting = portions;
        }
        return emitting.run(enough);
    }

    @Override
    public void close() {
        reading = Steps.NONE;
        emitting = Steps.NONE;
        spill.close();
    }
}
