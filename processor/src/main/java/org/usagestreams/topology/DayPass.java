package org.usagestreams.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.usagestreams.chunk.ChunkKey;
import org.usagestreams.chunk.DayKey;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.ObjectVersion;
import org.usagestreams.chunk.wire.PublishedDay;
import org.usagestreams.chunk.wire.SliceEnd;
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

    /** Where a pass sends what it finds. */
    interface Output {
        /** A row that changed; a null value for one that is no more. */
        void row(byte[] key, byte[] value);

        /** A record of the chunk topic that counts no more. */
        void chunkTombstone(String key);

        void deadLetter(DeadLetter letter);

        /** The time, ISO 8601. */
        String now();
    }

    DayPass(ChunkStore chunks, PublishedStore published, DaySummary summary, int rowBytes, Output output) {
        this.chunks = chunks;
        this.published = published;
        this.summary = summary;
        this.rowBytes = rowBytes;
        this.output = output;
    }

    /** What a pass did; {@code day} is null where the day has to wait for a chunk that it once had. */
    record Outcome(PublishedDay day, int changed, int removed, int rows) {}

    Outcome run(DayKey day, PublishedDay before, ReferenceData reference) {
        final Set<String> counted = new TreeSet<>(before.getCountedList());
        final List<SliceEnd> whole = new ArrayList<>();
        for (final SliceEnd end : chunks.ends(day)) {
            if (chunks.isWhole(end)) {
                whole.add(end);
            } else if (counted.contains(versionOf(end))) {
                return new Outcome(null, 0, 0, 0);
            }
        }
        final Map<String, SliceEnd> latest = LiveSlices.latest(whole);
        dropOlder(day, latest);

        final List<SliceEnd> candidates = new ArrayList<>(latest.values());
        final Set<String> rejected = new TreeSet<>();
        final Map<UUID, Long> earlier = published.load(day);
        while (true) {
            final List<SliceEnd> live = LiveSlices.counted(candidates);
            final Rows rows = new Rows(earlier);
            try {
                summary.summarise(day, live, chunks::chunks, reference, rows::add);
            } catch (ChunkStore.UnreadableSliceException e) {
                // Before the first row: a slice counts wholly or not at all.
                reject(e, before, rejected);
                candidates.remove(e.end());
                continue;
            }
            final int removed = rows.sendTombstones(day);
            published.save(day, earlier, rows.digests);
            final PublishedDay.Builder after = PublishedDay.newBuilder()
                    .setRevision(before.getRevision() + (rows.changed == 0 && removed == 0 ? 0 : 1))
                    .setRows(rows.digests.size())
                    .addAllRejected(rejected);
            live.forEach(end -> after.addCounted(versionOf(end)));
            return new Outcome(after.build(), rows.changed, removed, rows.digests.size());
        }
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

    private void reject(ChunkStore.UnreadableSliceException e, PublishedDay before, Set<String> rejected) {
        final String version = versionOf(e.end());
        rejected.add(version);
        if (!before.getRejectedList().contains(version)) {
            final ObjectVersion object = e.end().getSlice().getVersion();
            output.deadLetter(new DeadLetter(
                    DeadLetter.Step.SUMMARISE,
                    "a chunk cannot be processed: " + e.getMessage() + "; upload the object again",
                    Versions.objectName(object),
                    object.getEtag(),
                    object.getVersionId().isEmpty() ? null : object.getVersionId(),
                    "chunk " + e.key(),
                    null,
                    DeadLetter.payloadOf(e.value()),
                    output.now()));
        }
    }

    private static String versionOf(SliceEnd end) {
        final ObjectVersion version = end.getSlice().getVersion();
        return Versions.objectId(version) + "|" + Versions.versionId(version);
    }

    /** Identity of the version of a slice's key, as {@link PublishedDay} lists it. */
    static String versionOf(ChunkKey key) {
        return key.object() + "|" + key.version();
    }

    /** The rows of a pass: sends those that changed, and keeps the digests of all. */
    private final class Rows {
        private final Map<UUID, Long> earlier;
        private final Map<UUID, Long> digests = new HashMap<>();
        private int changed;

        Rows(Map<UUID, Long> earlier) {
            this.earlier = earlier;
        }

        void add(SummaryRow row) {
            final byte[] value = json.value(row);
            final String violation = value.length > rowBytes
                    ? "the row has " + value.length + " bytes, over the limit of " + rowBytes
                            + " (setting summary.row.bytes)"
                    : TableLimits.violation(row);
            final long digest = (PublishedStore.digest(value) & ~1L) | (violation == null ? 0 : 1);
            digests.put(row.uuid(), digest);
            final Long before = earlier.get(row.uuid());
            if (before != null && before == digest) {
                return;
            }
            changed++;
            final byte[] key = RowJson.key(row.day().date(), row.uuid());
            if (violation == null) {
                output.row(key, value);
            } else {
                setAside(row, value, violation, key, before != null && (before & 1) == 0);
            }
        }

        private void setAside(SummaryRow row, byte[] value, String violation, byte[] key, boolean wasPublished) {
            if (wasPublished) {
                output.row(key, null);
            }
            output.deadLetter(new DeadLetter(
                    DeadLetter.Step.PUBLISH,
                    "PostgreSQL would refuse the row: " + violation,
                    null,
                    null,
                    null,
                    "row " + row.uuid(),
                    row.day().toString(),
                    DeadLetter.payloadOf(value),
                    output.now()));
        }

        /** Sends tombstones for rows that are no more; their number. */
        int sendTombstones(DayKey day) {
            int removed = 0;
            for (final Map.Entry<UUID, Long> row : earlier.entrySet()) {
                if (!digests.containsKey(row.getKey())) {
                    removed++;
                    if ((row.getValue() & 1) == 0) {
                        output.row(RowJson.key(day.date(), row.getKey()), null);
                    }
                }
            }
            return removed;
        }
    }
}
