package org.usagestreams.topology;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.usagestreams.chunk.ChunkKey;
import org.usagestreams.chunk.DayKey;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.DaySlice;
import org.usagestreams.chunk.wire.DayVerdict;
import org.usagestreams.chunk.wire.Failed;
import org.usagestreams.chunk.wire.ObjectFact;
import org.usagestreams.chunk.wire.ObjectVersion;
import org.usagestreams.chunk.wire.PublishedDay;
import org.usagestreams.chunk.wire.SliceEnd;
import org.usagestreams.chunk.wire.Verdict;
import org.usagestreams.deadletter.DeadLetter;
import org.usagestreams.summary.DaySummary;
import org.usagestreams.summary.LiveSlices;
import org.usagestreams.summary.ReferenceData;
import org.usagestreams.summary.SummaryRow;
import org.usagestreams.summary.TableLimits;

/**
 * Summarises one day anew: a function of the chunk store and the reference data alone, compared with what was published.
 */
final class DayPass {
    private final ChunkStore chunks;
    private final PublishedStore published;
    private final DaySummary summary;
    private final int rowBytes;
    private final Output output;
    private final RowJson json = new RowJson();

    /** Time that the current pass has spent on rows, after they were derived. */
    private long publishNanos;

    /** Where a pass sends what it finds. */
    interface Output {
        /** A row that changed; a null value for one that is no more. */
        void row(byte[] key, byte[] value);

        /** A record of the chunk topic that counts no more. */
        void chunkTombstone(String key);

        void deadLetter(DeadLetter letter);

        /** A dead letter no longer matters. */
        void settleLetter(String id);

        /** Something was found out about an object. */
        void fact(ObjectFact.Builder fact);

        /** Milliseconds since 1970. */
        long now();
    }

    DayPass(ChunkStore chunks, PublishedStore published, DaySummary summary, int rowBytes, Output output) {
        this.chunks = chunks;
        this.published = published;
        this.summary = summary;
        this.rowBytes = rowBytes;
        this.output = output;
    }

    /**
     * What a pass did.
     *
     * @param day what is now published; null where the day has to wait for a chunk that it once had
     * @param live the slices that count
     */
    record Outcome(PublishedDay day, List<SliceEnd> live, int changed, int removed) {}

    Outcome run(DayKey day, PublishedDay before, ReferenceData reference) {
        final DaySummarised event = new DaySummarised();
        final long start = System.nanoTime();
        event.begin();
        publishNanos = 0;
        final Outcome outcome = pass(day, before, reference);
        if (outcome.day() != null) {
            event.source = day.source();
            event.date = day.date().toString();
            event.lineItems =
                    outcome.live().stream().mapToLong(SliceEnd::getRows).sum();
            event.rows = outcome.day().getRows();
            event.changed = outcome.changed();
            event.publish = publishNanos;
            event.summarise = System.nanoTime() - start - publishNanos;
            event.commit();
        }
        return outcome;
    }

    private Outcome pass(DayKey day, PublishedDay before, ReferenceData reference) {
        final Map<String, DaySlice> earlierSlices = new HashMap<>();
        before.getSlicesList().forEach(slice -> earlierSlices.put(slice.getId(), slice));
        final List<SliceEnd> whole = new ArrayList<>();
        for (final SliceEnd end : chunks.ends(day)) {
            if (chunks.isWhole(end)) {
                whole.add(end);
            } else if (isLive(earlierSlices.get(idOf(end)))) {
                return new Outcome(null, List.of(), 0, 0);
            }
        }
        final Map<String, SliceEnd> latest = LiveSlices.latest(whole);
        dropOlder(day, latest);

        final List<SliceEnd> candidates = new ArrayList<>(latest.values());
        final Verdicts verdicts = new Verdicts(day, earlierSlices, before.getTell());
        final Map<UUID, Long> earlier = published.load(day);
        while (true) {
            final List<SliceEnd> live = LiveSlices.counted(candidates);
            final Rows rows = new Rows(day, earlier);
            final List<SliceEnd> without;
            try {
                without = summary.summarise(day, live, chunks::chunks, reference, rows::add);
            } catch (ChunkStore.UnreadableSliceException e) {
                // Before the first row: a slice counts wholly or not at all.
                verdicts.reject(e);
                candidates.remove(e.end());
                continue;
            }
            final long publish = System.nanoTime();
            final int removed = rows.sendTombstones();
            published.save(day, earlier, rows.digests);
            publishNanos += System.nanoTime() - publish;
            final boolean same = rows.changed == 0 && removed == 0;
            final PublishedDay after = before.toBuilder()
                    .setRevision(before.getRevision() + (same ? 0 : 1))
                    .setChangedMillis(same ? before.getChangedMillis() : output.now())
                    .setRows(rows.digests.size())
                    .setRowsSetAside(rows.setAside)
                    .setTell(false)
                    .clearSlices()
                    .addAllSlices(verdicts.of(candidates, live, without))
                    .build();
            return new Outcome(after, live, rows.changed, removed);
        }
    }

    private static boolean isLive(DaySlice slice) {
        return slice != null
                && (slice.getVerdict() == Verdict.COUNTED || slice.getVerdict() == Verdict.NO_LINE_ITEM_LEFT);
    }

    /** Whether the day counts on the version of that key. */
    static boolean counts(PublishedDay day, ChunkKey key) {
        final String id = idOf(key);
        return day.getSlicesList().stream()
                .anyMatch(slice -> isLive(slice) && slice.getId().equals(id));
    }

    /** Versions that a later, whole one has replaced leave the chunk topic. */
    private void dropOlder(DayKey day, Map<String, SliceEnd> latest) {
        for (final SliceEnd end : chunks.ends(day)) {
            final ObjectVersion version = end.getSlice().getVersion();
            final SliceEnd winner = latest.get(Versions.objectId(version));
            if (winner != null
                    && Versions.BY_EVENT.compare(version, winner.getSlice().getVersion()) < 0) {
                chunks.keys(day, version).forEach(output::chunkTombstone);
            }
        }
    }

    private static String idOf(SliceEnd end) {
        return idOf(end.getSlice().getVersion());
    }

    private static String idOf(ObjectVersion version) {
        return Versions.objectId(version) + "|" + Versions.versionId(version);
    }

    /** Tells the versions of a day apart, as {@link DaySlice} does. */
    static String idOf(ChunkKey key) {
        return key.object() + "|" + key.version();
    }

    /** What the slices of a pass are worth: tells of each that it is worth something else than before. */
    private final class Verdicts {
        private final DayKey day;
        private final Map<String, DaySlice> before;
        private final boolean all;
        private final Map<String, DaySlice> after = new TreeMap<>();

        /**
         * Begins.
         *
         * @param all whether each is told, and not only what is news
         */
        Verdicts(DayKey day, Map<String, DaySlice> before, boolean all) {
            this.day = day;
            this.before = before;
            this.all = all;
        }

        void reject(ChunkStore.UnreadableSliceException e) {
            final SliceEnd end = e.end();
            final ObjectVersion object = end.getSlice().getVersion();
            final DeadLetter letter = new DeadLetter(
                    DeadLetter.Step.SUMMARISE,
                    "a chunk cannot be processed: " + e.getMessage() + "; upload the object again",
                    DeadLetter.ObjectOf.version(object),
                    "chunk " + e.key(),
                    null,
                    DeadLetter.payloadOf(e.value()),
                    DeadLetter.time(output.now()));
            if (add(end, Verdict.REJECTED, letter)) {
                output.deadLetter(letter);
            }
        }

        Collection<DaySlice> of(List<SliceEnd> candidates, List<SliceEnd> live, List<SliceEnd> without) {
            // They are the same objects; comparing what is in them would take long on a day of many.
            final Set<SliceEnd> counted = Collections.newSetFromMap(new IdentityHashMap<>());
            counted.addAll(live);
            final Set<SliceEnd> none = Collections.newSetFromMap(new IdentityHashMap<>());
            none.addAll(without);
            for (final SliceEnd end : candidates) {
                final Verdict verdict;
                if (counted.contains(end)) {
                    verdict = none.contains(end) ? Verdict.NO_LINE_ITEM_LEFT : Verdict.COUNTED;
                } else {
                    verdict = Verdict.OTHER_MANIFEST;
                }
                add(end, verdict, null);
            }
            before.forEach((id, slice) -> {
                if (!after.containsKey(id)) {
                    tell(slice.toBuilder().setVerdict(Verdict.LEFT).build(), null);
                }
            });
            return after.values();
        }

        /** Whether it is news. */
        private boolean add(SliceEnd end, Verdict verdict, DeadLetter letter) {
            final String id = idOf(end);
            final DaySlice slice = DaySlice.newBuilder()
                    .setId(id)
                    .setVersion(end.getSlice().getVersion())
                    .setReport(end.getSlice().getReport())
                    .setVerdict(verdict)
                    .build();
            after.put(id, slice);
            final DaySlice earlier = before.get(id);
            if (!all && earlier != null && earlier.getVerdict() == verdict) {
                return false;
            }
            tell(slice, letter);
            return true;
        }

        private void tell(DaySlice slice, DeadLetter letter) {
            final DayVerdict.Builder verdict = DayVerdict.newBuilder()
                    .setDate((int) day.date().toEpochDay())
                    .setVerdict(slice.getVerdict());
            if (letter != null) {
                verdict.setFailed(Failed.newBuilder()
                        .setStep(letter.step().name())
                        .setReason(letter.reason())
                        .setDeadLetter(letter.id()));
            }
            output.fact(ObjectFact.newBuilder()
                    .setVersion(slice.getVersion())
                    .setSource(day.source())
                    .setReport(slice.getReport())
                    .setFoundMillis(output.now())
                    .setDayVerdict(verdict));
        }
    }

    /** The rows of a pass: sends those that changed, and keeps the digests of all. */
    private final class Rows {
        private final DayKey day;
        private final Map<UUID, Long> earlier;
        private final Map<UUID, Long> digests = new HashMap<>();
        private int changed;
        private int setAside;

        Rows(DayKey day, Map<UUID, Long> earlier) {
            this.day = day;
            this.earlier = earlier;
        }

        void add(SummaryRow row) {
            final long start = System.nanoTime();
            compare(row);
            publishNanos += System.nanoTime() - start;
        }

        private void compare(SummaryRow row) {
            final byte[] value = json.value(row);
            final String violation = value.length > rowBytes
                    ? "the row has " + value.length + " bytes, over the limit of " + rowBytes
                            + " (setting summary.row.bytes)"
                    : TableLimits.violation(row);
            final long digest = (PublishedStore.digest(value) & ~1L) | (violation == null ? 0 : 1);
            digests.put(row.uuid(), digest);
            setAside += violation == null ? 0 : 1;
            final Long before = earlier.get(row.uuid());
            if (before != null && before == digest) {
                return;
            }
            changed++;
            final byte[] key = RowJson.key(day.date(), row.uuid());
            final boolean wasSetAside = before != null && (before & 1) == 1;
            if (violation == null) {
                output.row(key, value);
                if (wasSetAside) {
                    output.settleLetter(letter(row.uuid(), null, null).id());
                }
                return;
            }
            if (before != null && !wasSetAside) {
                output.row(key, null);
            }
            output.deadLetter(letter(row.uuid(), violation, value));
        }

        private DeadLetter letter(UUID row, String violation, byte[] value) {
            return new DeadLetter(
                    DeadLetter.Step.PUBLISH,
                    "PostgreSQL would refuse the row: " + violation,
                    null,
                    "row " + row,
                    day.toString(),
                    DeadLetter.payloadOf(value),
                    DeadLetter.time(output.now()));
        }

        /** Sends tombstones for rows that are no more; their number. */
        int sendTombstones() {
            int removed = 0;
            for (final Map.Entry<UUID, Long> row : earlier.entrySet()) {
                if (!digests.containsKey(row.getKey())) {
                    removed++;
                    if ((row.getValue() & 1) == 0) {
                        output.row(RowJson.key(day.date(), row.getKey()), null);
                    } else {
                        output.settleLetter(letter(row.getKey(), null, null).id());
                    }
                }
            }
            return removed;
        }
    }
}
