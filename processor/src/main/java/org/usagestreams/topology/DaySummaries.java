package org.usagestreams.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.chunk.ChunkKey;
import org.usagestreams.chunk.DayKey;
import org.usagestreams.chunk.MalformedChunkException;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.ObjectFact;
import org.usagestreams.chunk.wire.PublishedDay;
import org.usagestreams.chunk.wire.SliceEnd;
import org.usagestreams.chunk.wire.SliceSeen;
import org.usagestreams.deadletter.DeadLetter;
import org.usagestreams.label.LabelText;
import org.usagestreams.summary.DaySummary;
import org.usagestreams.summary.LabelParser;

/**
 * Knows which days were touched, and summarises each anew after a short pause. A day is touched by the end of a slice, by
 * a chunk that comes after its end, by the end of a counted slice going, and by a change of reference data.
 */
final class DaySummaries extends ContextualProcessor<String, byte[], byte[], byte[]> implements DayPass.Output {
    private static final Logger LOG = LoggerFactory.getLogger(DaySummaries.class);

    /** A day that has to wait for a chunk is looked at again after this long, unless it is touched before. */
    private static final long WAIT_MILLIS = 5_000;

    private final TopologySettings settings;
    private final Backlog backlog;
    private final SummaryCounts counts;
    private final ReadProgress progress;
    private final boolean beside;
    private final Map<DayKey, Touch> touched = new HashMap<>();
    private KeyValueStore<String, byte[]> days;
    private KeyValueStore<String, byte[]> touchedStore;
    private ChunkStore chunks;
    private ReferenceTable.View reference;
    private DayPass pass;
    private DayRetention retention;
    private Rereading rereading;
    private long nextLook;
    private long nextChunk;
    private Cancellable ticking;

    /** How often it is looked whether all has been read anew; what was last may have been compacted away. */
    private static final long LOOK_MILLIS = 1_000;

    /** Wall-clock milliseconds at which a day was first and last touched since its last pass. */
    private record Touch(long first, long last) {}

    DaySummaries(
            TopologySettings settings, Backlog backlog, SummaryCounts counts, ReadProgress progress, boolean beside) {
        this.settings = settings;
        this.backlog = backlog;
        this.counts = counts;
        this.progress = progress;
        this.beside = beside;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        days = context.getStateStore(Names.DAYS);
        touchedStore = context.getStateStore(Names.TOUCHED);
        chunks = new ChunkStore(context.getStateStore(Names.CHUNKS));
        reference = new ReferenceTable.View(context.getStateStore(Names.REFERENCE));
        final PublishedStore published = new PublishedStore(context.getStateStore(Names.PUBLISHED));
        pass = new DayPass(
                chunks, published, new DaySummary(LabelParser.of(LabelText::parse)), settings.rowBytes(), this);
        retention = new DayRetention(settings, days, chunks, published, this);
        context.schedule(
                settings.sweep(), PunctuationType.WALL_CLOCK_TIME, time -> retention.sweep(time, touched.keySet()));
        rereading = new Rereading(context.getStateStore(Names.READING));
        if (chunks.isEmpty()) {
            rereading.begin();
        }
        final long now = context.currentSystemTimeMs();
        try (KeyValueIterator<String, byte[]> all = touchedStore.all()) {
            all.forEachRemaining(entry -> {
                final DayKey day = DayKey.parse(entry.key);
                touched.put(day, new Touch(now, now));
                backlog.touched(day, now);
            });
        }
        startTicking();
    }

    @Override
    public void close() {
        touched.keySet().forEach(backlog::done);
        touched.clear();
        ticking = null;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (ReferenceTable.isReference(record.key())) {
            touchAffected(record.key());
            return;
        }
        if (record.key().startsWith(DayOrders.TOUCH)) {
            touch(DayKey.parse(record.key().substring(DayOrders.TOUCH.length())));
            return;
        }
        context().recordMetadata().ifPresent(at -> readChunk(at.offset()));
        if (record.key().equals(ChunkTable.SAME)) {
            return;
        }
        final ChunkKey key;
        try {
            key = ChunkKey.parse(record.key().getBytes(StandardCharsets.UTF_8));
            if (record.value() == null) {
                if (key.isEnd() && DayPass.counts(retention.day(key.day()), key)) {
                    touch(key.day());
                }
            } else if (key.isEnd()) {
                ended(key, SliceEnd.parseFrom(record.value()));
            } else if (chunks.hasEnd(key)) {
                touch(key.day());
            }
        } catch (MalformedChunkException | InvalidProtocolBufferException e) {
            deadLetter(record, e);
        }
    }

    /** Of records of the chunk topic; the first tells whether the chunk table, which has it before, was set back. */
    private void readChunk(long offset) {
        if (nextChunk == 0) {
            rereading.reload();
            startTicking();
        }
        nextChunk = offset + 1;
    }

    /** A version's slice has its end: tells who knows all dates of the object, and touches the day. */
    private void ended(ChunkKey key, SliceEnd end) {
        if (retention.refuses(key.day())) {
            retention.refuse(key.day(), end);
            return;
        }
        fact(ObjectFact.newBuilder()
                .setVersion(end.getSlice().getVersion())
                .setSource(end.getSlice().getSource())
                .setReport(end.getSlice().getReport())
                .setFoundMillis(now())
                .setSliceSeen(SliceSeen.newBuilder()
                        .setDate((int) key.day().date().toEpochDay())
                        .addAllDates(end.getDatesList())));
        touch(key.day());
    }

    private void touch(DayKey day) {
        final long now = context().currentSystemTimeMs();
        final Touch before = touched.get(day);
        touched.put(day, new Touch(before == null ? now : before.first(), now));
        if (before == null) {
            backlog.touched(day, now);
            touchedStore.put(day.toString(), new byte[0]);
            startTicking();
        }
    }

    /** Whether days have to wait until all is read anew; once it is, each is summarised. */
    private boolean isReadAnew(long now) {
        if (!rereading.isUnderWay()) {
            return false;
        }
        if (now < nextLook) {
            return true;
        }
        nextLook = now + LOOK_MILLIS;
        if (!progress.isRead(context().taskId().partition())) {
            return true;
        }
        try (KeyValueIterator<String, byte[]> all = days.all()) {
            all.forEachRemaining(entry -> touch(DayKey.parse(entry.key)));
        }
        rereading.end();
        return false;
    }

    private void tick(long now) {
        if (isReadAnew(now)) {
            return;
        }
        final List<DayKey> due = new ArrayList<>();
        touched.forEach((day, touch) -> {
            if (now - touch.last() >= settings.quiet().toMillis()
                    || now - touch.first() >= settings.longestDelay().toMillis()) {
                due.add(day);
            }
        });
        due.sort(Comparator.comparingLong((DayKey day) -> touched.get(day).first())
                .thenComparing(DayKey::toString));
        final long end = context().currentSystemTimeMs() + settings.budget().toMillis();
        for (final DayKey day : due) {
            summarise(day);
            if (context().currentSystemTimeMs() >= end) {
                break;
            }
        }
        if (!due.isEmpty()) {
            rereading.readTo(nextChunk);
        }
        stopTicking();
    }

    /** Only while a day is touched: Streams commits after every tick, and an idle stack should write nothing. */
    private void startTicking() {
        if (ticking == null && (!touched.isEmpty() || rereading.isUnderWay())) {
            ticking = context().schedule(settings.tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
        }
    }

    private void stopTicking() {
        if (ticking != null && touched.isEmpty() && !rereading.isUnderWay()) {
            ticking.cancel();
            ticking = null;
        }
    }

    /** Reference data of that key changed. */
    private void touchAffected(String referenceKey) {
        final List<DayKey> affected = new ArrayList<>();
        final String source = ReferenceTable.sourceOf(referenceKey);
        try (KeyValueIterator<String, byte[]> found =
                source == null ? days.all() : days.prefixScan(source + "|", new StringSerializer())) {
            found.forEachRemaining(entry -> affected.add(DayKey.parse(entry.key)));
        }
        affected.forEach(this::touch);
    }

    private void summarise(DayKey day) {
        final long start = System.nanoTime();
        final PublishedDay before = retention.day(day);
        final DayPass.Outcome outcome = pass.run(day, before, reference.of(day.source()));
        final PublishedDay after = outcome.day();
        if (after == null) {
            LOG.warn("source {} date {}: waits for a chunk that it once had", day.source(), day.date());
            final long later = now() + WAIT_MILLIS;
            touched.put(day, new Touch(later, later));
            return;
        }
        final boolean empty =
                after.getRows() == 0 && after.getSlicesCount() == 0 && after.getReadmittedUntilMillis() == 0;
        if (!after.equals(before)) {
            days.put(day.toString(), empty ? null : after.toByteArray());
            context()
                    .forward(
                            new Record<>(
                                    SummaryStatus.key(day),
                                    empty ? null : SummaryStatus.value(day, after, outcome.live()),
                                    now()),
                            Names.STATUS_SINK);
        }
        touched.remove(day);
        touchedStore.delete(day.toString());
        backlog.done(day);
        counts.daysSummarised.increment();
        counts.dayNanos.add(System.nanoTime() - start);
        if (outcome.changed() + outcome.removed() > 0) {
            tell(day, outcome, (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static void tell(DayKey day, DayPass.Outcome outcome, long millis) {
        LOG.atInfo()
                .addKeyValue("source", day.source())
                .addKeyValue("date", day.date())
                .addKeyValue("revision", outcome.day().getRevision())
                .addKeyValue("rows", outcome.day().getRows())
                .addKeyValue("changed", outcome.changed())
                .addKeyValue("removed", outcome.removed())
                .addKeyValue("objects", outcome.live().size())
                .addKeyValue("millis", millis)
                .log("day published");
    }

    private void deadLetter(Record<String, byte[]> record, Exception e) {
        final String place = context()
                .recordMetadata()
                .map((RecordMetadata m) -> m.topic() + "-" + m.partition() + "@" + m.offset())
                .orElse(null);
        deadLetter(new DeadLetter(
                DeadLetter.Step.SUMMARISE,
                "a record on the chunk topic is none of ours: " + e.getMessage(),
                null,
                "key " + record.key(),
                place,
                DeadLetter.payloadOf(record.value()),
                DeadLetter.time(now())));
    }

    @Override
    public void row(byte[] key, byte[] value) {
        (value == null ? counts.rowsRemoved : counts.rowsUpserted).increment();
        context().forward(new Record<>(key, value, context().currentSystemTimeMs()), Names.SUMMARY_SINK);
    }

    @Override
    public void chunkTombstone(String key) {
        tell(key.getBytes(StandardCharsets.UTF_8), null, Names.TOMBSTONE_SINK);
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        counts.deadLetter(letter.step());
        LOG.warn("set aside: {} {}: {}", letter.subject(), letter.place(), letter.reason());
        tell(letter.key(), letter.toJson(), Names.DEAD_LETTER_SINK);
    }

    @Override
    public void settleLetter(String id) {
        tell(id.getBytes(StandardCharsets.UTF_8), null, Names.DEAD_LETTER_SINK);
    }

    @Override
    public void fact(ObjectFact.Builder fact) {
        tell(
                Versions.objectName(fact.getVersion()).getBytes(StandardCharsets.UTF_8),
                fact.build().toByteArray(),
                Names.OBJECT_SINK);
    }

    /** What the application that does the work tells by itself. */
    private void tell(byte[] key, byte[] value, String sink) {
        if (!beside) {
            context().forward(new Record<>(key, value, now()), sink);
        }
    }

    @Override
    public long now() {
        return context().currentSystemTimeMs();
    }
}
