package org.usagestreams.summarizer;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.topics.RecordPlace;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.DirtyDay;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Sends the results of summarising days: rows, the status of a day, facts about objects, dead letters, tombstones for chunks. A shadow
 * sends only rows and status, since another application does the work.
 *
 * <p>Not thread-safe: each task has its own.
 */
final class DayPublisher implements DaySummarizer.Output {
    private static final Logger LOG = LoggerFactory.getLogger(DayPublisher.class);

    private final ProcessorContext<Object, byte[]> context;
    private final KeyValueStore<String, byte[]> days;
    private final SummaryCounts counts;
    private final boolean shadow;
    /** Those of the day that is summarised now. */
    private OrganisationCounts ofOrganisation;

    DayPublisher(
            ProcessorContext<Object, byte[]> context,
            KeyValueStore<String, byte[]> days,
            SummaryCounts counts,
            boolean shadow) {
        this.context = context;
        this.days = days;
        this.counts = counts;
        this.shadow = shadow;
        ofOrganisation = counts.of("");
    }

    /**
     * Summarises a day, and publishes what changed.
     *
     * @param before what is published of it
     * @param enough whether its turn is over
     * @return whether it was summarised, needs another turn, or has to wait for a chunk that it had before and that is missing now
     */
    DayScheduler.Result summarise(
            DaySummarizer pass, DayKey day, PublishedDay before, ReferenceData reference, BooleanSupplier enough) {
        ofOrganisation = counts.of(day.organisation());
        final Optional<DaySummarizer.Outcome> finished = pass.run(day, before, reference, enough);
        if (finished.isEmpty()) {
            return DayScheduler.Result.UNFINISHED;
        }
        final DaySummarizer.Outcome outcome = finished.get();
        final PublishedDay after = outcome.day();
        if (after == null) {
            LOG.warn(
                    "Cannot summarise day {} yet: a chunk that the day had before is missing. It waits for the chunk.",
                    day);
            return DayScheduler.Result.WAITS;
        }
        if (!after.equals(before)) {
            publish(day, after, outcome);
        }
        ofOrganisation.daysSummarised.increment();
        ofOrganisation.dayNanos.add(outcome.nanos());
        if (outcome.changed() + outcome.removed() > 0) {
            log(day, outcome);
        }
        return DayScheduler.Result.SUMMARISED;
    }

    /** A day that was published once is remembered, so that its revision never goes back. */
    private void publish(DayKey day, PublishedDay after, DaySummarizer.Outcome outcome) {
        final boolean known = after.getEpochMillis() != 0;
        days.put(day.toString(), known ? after.toByteArray() : null);
        if (known) {
            // Behind all rows of the pass, in the same transaction and partition.
            context.forward(
                    new Record<>(
                            new SummaryKey.OfDay(day).marker(),
                            SummaryStatus.marker(day, after, outcome.live()),
                            now(),
                            new RecordHeaders().add(SummaryKey.MARKER_HEADER, new byte[0])),
                    Names.SUMMARY_SINK);
            context.forward(
                    new Record<>(SummaryStatus.key(day), SummaryStatus.value(day, after, outcome.live()), now()),
                    Names.STATUS_SINK);
        }
    }

    private static void log(DayKey day, DaySummarizer.Outcome outcome) {
        LOG.atInfo()
                .addKeyValue("organisation", day.organisation())
                .addKeyValue("source", day.source())
                .addKeyValue("date", day.date())
                .addKeyValue("revision", outcome.day().getRevision())
                .addKeyValue("rows", outcome.day().getRows())
                .addKeyValue("changed", outcome.changed())
                .addKeyValue("removed", outcome.removed())
                .addKeyValue("objects", outcome.live().size())
                .addKeyValue("millis", outcome.nanos() / 1_000_000)
                .log("day published");
    }

    /** A day cannot be summarised within a transaction, or with the memory that there is. */
    void setAside(DayKey day, DirtyDay record) {
        counts.daysSetAside.increment();
        final String why = record.getHeapBytes() > 0
                ? "the processor ran out of memory over it, with a heap of " + record.getHeapBytes()
                        + " bytes. Raise -Xmx, or lower summary.day.bytes"
                : "it takes longer than summary.transaction.timeout.ms=" + record.getTransactionTimeoutMillis()
                        + ". Raise that setting";
        deadLetter(ofDay(
                day,
                "Cannot summarise day " + day + " (store " + Names.DAYS + "): " + why + ". The day is tried again at "
                        + DeadLetter.time(record.getNotBeforeMillis()) + ", or after scripts/replay of the day."));
    }

    /** A day that was set aside has been summarised. */
    void settle(DayKey day) {
        settleLetter(ofDay(day, null).id());
    }

    private DeadLetter ofDay(DayKey day, String reason) {
        return new DeadLetter(
                DeadLetter.Step.SUMMARISE, reason, null, "day", day.toString(), null, DeadLetter.time(now()));
    }

    /** A record of the chunk topic cannot be read. */
    void deadLetter(DayEvent.Unreadable record) {
        final String place = context.recordMetadata()
                .map((RecordMetadata m) -> RecordPlace.of(m.topic(), m.partition(), m.offset()))
                .orElse(null);
        deadLetter(new DeadLetter(
                DeadLetter.Step.SUMMARISE,
                "Cannot parse a record of the chunk topic: " + record.reason(),
                null,
                "key " + record.key(),
                place,
                record.payload(),
                DeadLetter.time(now())));
    }

    @Override
    public void row(SummaryKey key, byte[] value) {
        (value == null ? ofOrganisation.rowsRemoved : ofOrganisation.rowsUpserted).increment();
        context.forward(new Record<>(key, value, now()), Names.SUMMARY_SINK);
    }

    @Override
    public void chunkTombstone(ChunkTombstone tombstone) {
        tell(
                new Record<>(tombstone.key().getBytes(StandardCharsets.UTF_8), null, now(), tombstone.headers()),
                Names.TOMBSTONE_SINK);
    }

    @Override
    public void deadLetter(DeadLetter deadLetter) {
        counts.deadLetter(deadLetter.step());
        if (deadLetter.step() == DeadLetter.Step.PUBLISH) {
            ofOrganisation.rowsSetAside.increment();
        }
        LOG.warn("set aside: {} {}: {}", deadLetter.subject(), deadLetter.place(), deadLetter.reason());
        tell(deadLetter.key(), deadLetter.toJson(), Names.DEAD_LETTER_SINK);
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

    private void tell(byte[] key, byte[] value, String sink) {
        tell(new Record<>(key, value, now()), sink);
    }

    private void tell(Record<byte[], byte[]> record, String sink) {
        if (!shadow) {
            context.forward(record, sink);
        }
    }

    @Override
    public long now() {
        return context.currentSystemTimeMs();
    }
}
