package org.usagestreams.summarizer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.GoldenCase;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * The records that a bucket's history amounts to, to be played in any order that the splitter's transactions leave open: the
 * records of one slice stay in order, everything else is free, and everything may come twice.
 */
final class History {
    /** Small, so that slices have several chunks. */
    static final SplitLimits LIMITS =
            SplitLimits.DEFAULTS.withBatches(1000, 1 << 20).withChunks(40, 8 << 10);

    private final Map<ObjectVersion, Map<ChunkKey, byte[]>> splits = new LinkedHashMap<>();
    private final List<ObjectVersion> removals = new ArrayList<>();
    private final Map<Slices, Map<String, byte[]>> derived = new HashMap<>();

    /** Slices of a day. */
    private record Slices(String day, Set<String> ids) {}

    static History of(GoldenCase golden) {
        final History history = new History();
        for (final GoldenCase.Step step : golden.history()) {
            switch (step.op()) {
                case PUT -> history.put(step.version(), step.bytes());
                case DELETE -> history.removals.add(step.version());
                case REDELIVER -> {}
            }
        }
        return history;
    }

    void put(ObjectVersion version, byte[] object) {
        splits.put(version, Splitting.split(LIMITS, version, object));
    }

    void remove(ObjectVersion version) {
        removals.add(version);
    }

    /** Each step is one record; playing them all, the harness is not yet settled. */
    List<Runnable> shuffled(Random random, TopologyHarness harness) {
        final List<Deque<Runnable>> sequences = new ArrayList<>();
        splits.forEach((version, records) -> {
            final int times = random.nextInt(4) == 0 ? 2 : 1;
            for (int i = 0; i < times; i++) {
                final Map<String, Deque<Runnable>> slices = new TreeMap<>();
                records.forEach((key, value) -> slices.computeIfAbsent(key.day().toString(), d -> new ArrayDeque<>())
                        .add(() -> harness.chunk(key.toString(), value)));
                sequences.addAll(slices.values());
            }
            if (records.isEmpty()) {
                sequences.add(new ArrayDeque<>(List.of(() -> harness.gone(version))));
            }
        });
        for (final ObjectVersion removal : removals) {
            for (int i = 0; i <= random.nextInt(2); i++) {
                sequences.add(new ArrayDeque<>(List.of(() -> harness.gone(removal))));
            }
        }
        final List<Runnable> steps = new ArrayList<>();
        while (!sequences.isEmpty()) {
            final int next = random.nextInt(sequences.size());
            // Runs of a few records, so that passes fall into the middle of slices and between them.
            for (int i = random.nextInt(6); i >= 0 && !sequences.get(next).isEmpty(); i--) {
                steps.add(sequences.get(next).remove());
            }
            if (sequences.get(next).isEmpty()) {
                sequences.remove(next);
            }
        }
        return steps;
    }

    /**
     * The rows of the slices that the topology says it counted by day, derived from the whole slices: never of half an object. Those
     * of the same slices are derived once, so each call has to give the same reference data.
     */
    Map<String, byte[]> rowsOf(
            Map<String, Set<String>> countedByDay, java.util.function.Function<DayKey, ReferenceData> reference) {
        final Map<String, byte[]> rows = new TreeMap<>();
        countedByDay.forEach((day, countedIds) ->
                rows.putAll(derived.computeIfAbsent(new Slices(day, countedIds), slices -> derive(slices, reference))));
        return rows;
    }

    private Map<String, byte[]> derive(Slices slices, java.util.function.Function<DayKey, ReferenceData> reference) {
        final TreeSet<String> objects = new TreeSet<>();
        for (final String counted : slices.ids()) {
            if (!objects.add(counted.substring(0, counted.indexOf('|')))) {
                throw new AssertionError("two versions of one object count on " + slices.day());
            }
        }
        final Bucket bucket = new Bucket(LIMITS);
        splits.forEach((version, records) -> records.forEach((key, value) -> {
            if (key.day().toString().equals(slices.day()) && slices.ids().contains(DaySlices.idOf(key))) {
                bucket.record(key, value);
            }
        }));
        return bucket.summarise(reference);
    }

    /** Keys of all chunk records of these versions. */
    Set<String> chunkKeys(List<ObjectVersion> versions) {
        final TreeSet<String> keys = new TreeSet<>();
        versions.forEach(version -> splits.get(version).keySet().forEach(key -> keys.add(key.toString())));
        return keys;
    }
}
