package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.reference.ReferenceScope;
import org.usagestreams.rules.DaySummary;
import org.usagestreams.rules.LabelParser;
import org.usagestreams.rules.Spill;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.label.LabelText;
import org.usagestreams.wire.message.DaySlice;
import org.usagestreams.wire.message.DirtyDay;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.message.SliceSeen;
import org.usagestreams.wire.message.SliceStatus;

/**
 * Summarises the days of a task whenever their inputs have changed. It wires the parts that do so to the task's stores and
 * punctuations: {@link DayEventRouter} says which days are dirty, {@link CatchUpGate} and {@link DayScheduler} when they are
 * summarised, {@link DayPublisher} summarises and publishes them, and {@link DayRetention} lets old ones go.
 */
final class DaySummaries extends ContextualProcessor<Void, DayEvent, Object, byte[]> {
    /** Collectors say of the same heap that it is somewhat larger or smaller. */
    private static final double MORE_HEAP = 1.1;

    private final TopologySettings settings;
    private final InstanceWork work;
    private final ReadProgress progress;
    private final boolean shadow;
    private KeyValueStore<String, byte[]> days;
    private KeyValueStore<String, DirtyDay> dirtyStore;
    private ChunkStore chunks;
    private ReferenceTable.View reference;
    private DaySummarizer pass;
    private DaySlices slices;
    private DayPublisher publisher;
    private DayRetention retention;
    private DayEventRouter router;
    private CatchUpGate gate;
    private DayScheduler scheduler;
    private Sweep<byte[]> sweep;
    private long nextChunk;

    /**
     * Organisations whose known days are all dirty; the empty one stands for all of them. A change of their reference data
     * costs no search of the state.
     */
    private final Set<String> allDirty = new HashSet<>();

    private Cancellable ticking;

    /**
     * A task's processor.
     *
     * @param shadow whether another application does the work, and this one only shows what it would publish
     */
    DaySummaries(TopologySettings settings, InstanceWork work, ReadProgress progress, boolean shadow) {
        this.settings = settings;
        this.work = work;
        this.progress = progress;
        this.shadow = shadow;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> context) {
        super.init(context);
        allDirty.clear();
        days = context.getStateStore(Names.DAYS);
        dirtyStore = context.getStateStore(Names.DIRTY);
        chunks = new ChunkStore(context.getStateStore(Names.CHUNKS));
        reference = new ReferenceTable.View(context.getStateStore(Names.REFERENCE));
        final PublishedStore published = new PublishedStore(context.getStateStore(Names.PUBLISHED));
        publisher = new DayPublisher(context, days, work.counts(), shadow);
        slices = new DaySlices(context.getStateStore(Names.SLICES));
        final Supplier<Spill> spills = () -> FileSpill.in(context.stateDir().toPath());
        pass = new DaySummarizer(
                chunks,
                slices,
                new DaySummary(LabelParser.of(LabelText::parse), settings.day(), spills),
                new RowsPublisher(published, settings.day(), settings.rowBytes(), spills, publisher, work.time()),
                publisher,
                work.time());
        retention = new DayRetention(settings, days, chunks, published, slices, reference, publisher);
        router = new DayEventRouter(new TaskState(), new TaskEffects());
        gate = new CatchUpGate(
                context.getStateStore(Names.READING), progress, context.taskId().partition());
        if (chunks.isEmpty()) {
            gate.shut();
        }
        final TransactionBudget budget = work.budget();
        scheduler =
                new DayScheduler(settings.pacing(), work.dirtyDays(), work.attempts(), budget.join(context::commit));
        restore(context.currentSystemTimeMs());
        sweep = Sweep.schedule(settings, context, budget, days, this::letGo);
        startTicking();
    }

    private void restore(long now) {
        try (KeyValueIterator<String, DirtyDay> all = dirtyStore.all()) {
            all.forEachRemaining(
                    entry -> scheduler.restore(DayKey.parse(entry.key), unlessHeapHasGrown(entry.value), now));
        }
    }

    /** A day that was set aside for lack of memory is tried at once where there is more. */
    private DirtyDay unlessHeapHasGrown(DirtyDay record) {
        final boolean grown = record.getHeapBytes() > 0 && work.notes().heapBytes() > MORE_HEAP * record.getHeapBytes();
        return grown ? record.toBuilder().clearNotBeforeMillis().build() : record;
    }

    @Override
    public void close() {
        scheduler.days().forEach(work.notes()::end);
        scheduler.close();
        pass.close();
        sweep.close();
        ticking = null;
    }

    @Override
    public void process(Record<Void, DayEvent> record) {
        if (record.value() instanceof DayEvent.OfChunkTopic) {
            context().recordMetadata().ifPresent(at -> readChunk(at.offset()));
        }
        if (record.value() instanceof DayEvent.ReferenceChanged) {
            reference.forget();
        }
        router.route(record.value());
    }

    /** The first record of the chunk topic tells whether the chunk table, which has it before, was set back. */
    private void readChunk(long offset) {
        if (nextChunk == 0) {
            gate.reload();
            startTicking();
        }
        nextChunk = offset + 1;
    }

    private void tick(long now) {
        if (gate.open(now)) {
            new TaskState().forEachDay(ReferenceScope.ALL, new TaskEffects()::markDirty);
        }
        if (!gate.isShut()) {
            if (scheduler.tick(now, new TaskWorker())) {
                allDirty.clear();
                gate.readTo(nextChunk);
            }
            stopTicking();
        }
    }

    /** Only while there is something to do: Streams commits after every tick, and an idle stack should write nothing. */
    private void startTicking() {
        if (ticking == null && (!scheduler.isEmpty() || gate.isShut())) {
            ticking = context().schedule(settings.pacing().tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
        }
    }

    private void stopTicking() {
        if (ticking != null && scheduler.isEmpty()) {
            ticking.cancel();
            ticking = null;
        }
    }

    private void remember(DayKey day, DirtyDay record) {
        if (record != null) {
            dirtyStore.put(day.toString(), record);
            startTicking();
        }
    }

    private boolean letGo(String key, byte[] value, Retention old) throws InvalidProtocolBufferException {
        return retention.letGo(DayKey.parse(key), PublishedDay.parseFrom(value), old, scheduler.days());
    }

    private final class TaskState implements DayEventRouter.State {
        @Override
        public boolean hasEnd(ChunkKey key) {
            return chunks.isAnnounced(key);
        }

        @Override
        public boolean isSummarised(ChunkKey end) {
            return slices.has(end);
        }

        @Override
        public boolean isRefused(DayKey day) {
            return retention.refuses(day);
        }

        @Override
        public boolean isFull(DayKey day, SliceEnd end) {
            // The end itself is in the store. A version of an object that is there is no further object.
            return retention.day(day).getSlices() >= settings.day().objects()
                    && chunks.ends(day, Versions.objectId(end.getSlice().getVersion()))
                                    .size()
                            <= 1;
        }

        @Override
        public void forEachDay(ReferenceScope scope, Consumer<DayKey> action) {
            if (allDirty.contains("") || allDirty.contains(scope.organisation())) {
                scheduler.markAll(scope::includes, publisher.now());
                return;
            }
            final List<DayKey> found = new ArrayList<>();
            try (KeyValueIterator<String, byte[]> entries = days.all()) {
                entries.forEachRemaining(entry -> {
                    final DayKey day = DayKey.parse(entry.key);
                    if (scope.includes(day)) {
                        found.add(day);
                    }
                });
            }
            found.forEach(action);
            if (scope.isWhole()) {
                allDirty.add(scope.organisation());
            }
        }
    }

    private final class TaskEffects implements DayEventRouter.Effects {
        @Override
        public void markDirty(DayKey day) {
            remember(day, scheduler.mark(day, publisher.now()));
        }

        @Override
        public void recompute(DayKey day) {
            remember(day, scheduler.recompute(day, publisher.now()));
        }

        @Override
        public void refuse(DayKey day, SliceEnd end) {
            retention.refuse(day, end);
        }

        @Override
        public void refuseFurther(DayKey day, SliceEnd end) {
            retention.refuse(
                    day,
                    end,
                    DeadLetter.Step.SUMMARISE,
                    "Cannot take it: day " + day.date() + " of its source has "
                            + retention.day(day).getSlices() + " objects, and may have "
                            + settings.day().objects()
                            + " (setting summary.day.objects). Remove objects of the day from the bucket, or raise the"
                            + " setting, and retry the dead letter");
        }

        @Override
        public void tellSlice(DayKey day, SliceEnd end) {
            publisher.fact(ObjectFact.newBuilder()
                    .setVersion(end.getSlice().getVersion())
                    .setOrganisation(day.organisation())
                    .setSource(day.source())
                    .setReport(end.getSlice().getReport())
                    .setFoundMillis(publisher.now())
                    .setSliceSeen(SliceSeen.newBuilder()
                            .setDate((int) day.date().toEpochDay())
                            .addAllDates(end.getDatesList())));
        }

        @Override
        public void tellLeft(DayKey day, SliceEnd end) {
            final DaySlice slice = DaySlice.newBuilder()
                    .setVersion(end.getSlice().getVersion())
                    .setReport(end.getSlice().getReport())
                    .build();
            SliceStatuses.tell(day, slice, SliceStatus.LEFT, null, publisher);
        }

        @Override
        public void deadLetter(DayEvent.Unreadable record) {
            publisher.deadLetter(record);
        }
    }

    private final class TaskWorker implements DayScheduler.Worker {
        @Override
        public long heldUntil(DayKey day, long firstMillis) {
            final boolean waits = !settings.periodWait().isZero()
                    && retention.day(day).getRevision() == 0
                    && reference.of(day.organisation(), day.source()).cluster().reportPeriodId(day.date()) == null;
            return waits ? firstMillis + settings.periodWait().toMillis() : 0;
        }

        @Override
        public DayScheduler.Result summarise(DayKey day) {
            if (retention.refuses(day)) {
                pass.forget(day);
                if (retention.isRemoved(day)) {
                    retention.leaveAsItIs(day);
                } else {
                    retention.letGo(day);
                }
                dirtyStore.delete(day.toString());
                return DayScheduler.Result.SUMMARISED;
            }
            final DayScheduler.Result result = summariseForATurn(day);
            if (result == DayScheduler.Result.UNFINISHED) {
                work.notes().begin(day);
            } else {
                work.notes().end(day);
            }
            if (result == DayScheduler.Result.SUMMARISED) {
                dirtyStore.delete(day.toString());
                if (scheduler.wasSetAside(day)) {
                    publisher.settle(day);
                }
            }
            return result;
        }

        private DayScheduler.Result summariseForATurn(DayKey day) {
            final long start = work.time().nanoseconds();
            final long turn = settings.pacing().turn().toNanos();
            try {
                return publisher.summarise(
                        pass, day, retention.day(day), reference.of(day.organisation(), day.source()), () -> {
                            work.notes().look();
                            return work.time().nanoseconds() - start >= turn;
                        });
            } catch (OutOfMemoryError e) {
                // Where it does not end the process.
                work.notes().outOfMemory(day);
                throw e;
            }
        }

        @Override
        public void forget(DayKey day) {
            pass.forget(day);
            work.notes().end(day);
        }

        @Override
        public long tooSmallHeap(DayKey day) {
            return work.notes().tooSmallHeap(day);
        }

        @Override
        public void changed(DayKey day, DirtyDay record) {
            remember(day, record);
        }

        @Override
        public void setAside(DayKey day, DirtyDay record) {
            dirtyStore.put(day.toString(), record);
            publisher.setAside(day, record);
            work.notes().forgive(day);
        }
    }
}
