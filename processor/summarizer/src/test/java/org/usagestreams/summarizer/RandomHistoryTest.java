package org.usagestreams.summarizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * Property: whatever the order in which a bucket's history and changes of reference data arrive, with duplicates and late
 * older versions, the same bytes are published as from what is in the bucket at the end. More histories with
 * {@code -Dusage.histories=1000}.
 */
class RandomHistoryTest {
    private static final int HISTORIES = Integer.getInteger("usage.histories", 25);
    private static final int ORDERS = 4;
    private static final List<String> ORGANISATIONS = List.of("org1", "org2");
    private static final List<String> LABELS = List.of("app", "tier", "team");
    private static final List<String> PARENTS = List.of("label", "team");
    private static final List<String> SOURCES =
            List.of("00000000-0000-4000-8000-0000000000aa", "00000000-0000-4000-8000-0000000000bb");

    private static final List<ReferenceData.Cluster> CLUSTERS = List.of(
            new ReferenceData.Cluster("cluster-0", null, Map.of()),
            new ReferenceData.Cluster("cluster-1", null, Map.of(YearMonth.of(2025, 11), 1)),
            new ReferenceData.Cluster("cluster-1", null, Map.of(YearMonth.of(2025, 11), 2, YearMonth.of(2025, 12), 1)));

    static IntStream seeds() {
        return IntStream.range(0, HISTORIES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldPublishTheSameBytesInEveryOrder(int seed) {
        final Random random = new Random(seed);
        final History history = new History();
        final Map<String, ObjectVersion> live = new TreeMap<>();
        final Map<ObjectVersion, byte[]> contents = new HashMap<>();
        final int steps = 5 + random.nextInt(20);
        for (int i = 0; i < steps; i++) {
            draw(random, i, history, live, contents);
        }
        final Bucket bucket = new Bucket(History.LIMITS);
        live.values().forEach(version -> bucket.put(version, contents.get(version)));
        final List<Reference> changes = references(random);
        final Map<String, String> expected = new TreeMap<>();
        bucket.summarise(day -> reference(changes, day))
                .forEach((key, value) -> expected.put(key, new String(value, UTF_8)));

        for (int order = 0; order < ORDERS; order++) {
            assertEquals(
                    expected,
                    play(history, changes, new Random(31L * seed + order), seed % 5 == 0 && order == 0),
                    "order " + order);
        }
    }

    private static void draw(
            Random random,
            int step,
            History history,
            Map<String, ObjectVersion> live,
            Map<ObjectVersion, byte[]> contents) {
        final ReportType type = List.of(ReportType.values()).get(random.nextInt(4));
        final String key = "data/" + ORGANISATIONS.get(random.nextInt(2)) + "/OCP/source="
                + SOURCES.get(random.nextInt(2)) + "/year=2025/month=11/day=01/" + type.longSegment()
                + (random.nextInt(4) == 0 ? "_daily/" : "/") + random.nextInt(3) + ".parquet";
        final long time = 1_764_000_000_000L + 1000L * (step / 2);
        final ObjectVersion.Builder version = ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey(key)
                .setEventTimeMillis(time)
                // Two steps share a millisecond: the sequencer orders them.
                .setSequencer(Integer.toHexString(step))
                .setUploadedMillis(time);
        if (live.containsKey(key) && random.nextInt(3) == 0) {
            live.remove(key);
            history.remove(version.build());
            return;
        }
        if (random.nextInt(3) == 0) {
            version.setManifestId(random.nextInt(4) == 0 ? "m" : Integer.toString(5 + random.nextInt(8)))
                    .setReportHours(random.nextInt(3));
        }
        // Contents may return to what they were.
        version.setEtag("etag-" + random.nextInt(3));
        final byte[] bytes = RandomReports.draw(random, type);
        live.put(key, version.build());
        contents.put(version.build(), bytes);
        history.put(version.build(), bytes);
    }

    /** A change of an organisation's reference data: a kind, a key, and whether it is there from then on. */
    private record Reference(String organisation, int kind, String key, int value, boolean there) {}

    private static List<Reference> references(Random random) {
        final List<Reference> changes = new ArrayList<>();
        for (int i = random.nextInt(16); i > 0; i--) {
            final String organisation = random.nextInt(3) == 0 ? "" : pick(random, ORGANISATIONS);
            changes.add(
                    switch (random.nextInt(4)) {
                        case 0 -> new Reference(organisation, 0, pick(random, LABELS), 0, random.nextBoolean());
                        case 1 ->
                            new Reference(
                                    organisation,
                                    1,
                                    "namespace-" + random.nextInt(3) + "%",
                                    random.nextInt(3),
                                    random.nextBoolean());
                        case 2 ->
                            new Reference(
                                    organisation, 3, pick(random, LABELS), random.nextInt(2), random.nextInt(3) > 0);
                        default -> new Reference(organisation, 2, pick(random, SOURCES), random.nextInt(3), true);
                    });
        }
        return changes;
    }

    private static <T> T pick(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static ReferenceData reference(List<Reference> changes, DayKey day) {
        // What holds for every organisation sorts first, so that the organisation's own wins.
        final Map<String, Reference> last = new TreeMap<>();
        changes.stream()
                .filter(change ->
                        change.organisation().isEmpty() || change.organisation().equals(day.organisation()))
                .forEach(change -> last.put(
                        (change.organisation().isEmpty() ? "0" : "1")
                                + change.kind()
                                + change.key()
                                + (change.kind() == 1 ? change.value() : ""),
                        change));
        ReferenceData.Cluster cluster = ReferenceData.Cluster.unknown(day.source());
        final Set<String> keys = new HashSet<>();
        final List<ReferenceData.CostCategory> categories = new ArrayList<>();
        final Map<String, String> mappings = new HashMap<>();
        for (final Reference change : last.values()) {
            if (change.kind() == 0 && change.there()) {
                keys.add(change.key());
            } else if (change.kind() == 1 && change.there()) {
                categories.add(new ReferenceData.CostCategory(change.key(), change.value()));
            } else if (change.kind() == 2 && change.key().equals(day.source())) {
                cluster = CLUSTERS.get(change.value());
            } else if (change.kind() == 3 && change.there()) {
                mappings.put(change.key(), PARENTS.get(change.value()));
            }
        }
        return new ReferenceData(cluster, keys, categories, mappings);
    }

    private static Map<String, String> play(History history, List<Reference> changes, Random random, boolean onDisk) {
        try (TopologyHarness harness = onDisk ? TopologyHarness.onDisk() : new TopologyHarness()) {
            final List<Runnable> steps = history.shuffled(random, harness);
            int change = 0;
            for (final Runnable step : steps) {
                while (change < changes.size() && random.nextInt(3) == 0) {
                    apply(changes.get(change++), harness);
                }
                step.run();
                if (random.nextInt(5) == 0) {
                    harness.advance(random.nextInt(400));
                }
            }
            while (change < changes.size()) {
                apply(changes.get(change++), harness);
            }
            harness.settle();
            assertEquals(List.of(), harness.letters);
            final Map<String, String> table = new TreeMap<>();
            harness.table.forEach((key, value) -> table.put(key, new String(value, UTF_8)));
            return table;
        }
    }

    private static void apply(Reference change, TopologyHarness harness) {
        final String organisation = change.organisation();
        switch (change.kind()) {
            case 0 -> harness.enabledKey(organisation, change.key(), change.there());
            case 1 ->
                harness.category(
                        organisation, new ReferenceData.CostCategory(change.key(), change.value()), change.there());
            case 2 -> harness.cluster(organisation, change.key(), CLUSTERS.get(change.value()));
            default ->
                harness.tagMapping(organisation, change.key(), change.there() ? PARENTS.get(change.value()) : null);
        }
    }
}
