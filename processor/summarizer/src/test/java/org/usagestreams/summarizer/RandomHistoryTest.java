package org.usagestreams.summarizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * Property: whatever the order in which a bucket's history and changes of reference data arrive, with duplicates and late
 * older versions, the same bytes are published as from what is in the bucket at the end. A history that fails is shrunk
 * to a short one. More histories with {@code -Djqwik.tries.default=1000}; the default is in junit-platform.properties.
 */
class RandomHistoryTest {
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

    /** Where an object is. */
    private record Place(ReportType type, String organisation, String source, boolean daily, int object) {
        String key() {
            return "data/" + organisation + "/OCP/source=" + source + "/year=2025/month=11/day=01/" + type.longSegment()
                    + (daily ? "_daily/" : "/") + object + ".parquet";
        }
    }

    /**
     * What happens to an object.
     *
     * @param remove removes it where it is there; otherwise it is written
     * @param manifest null for none
     * @param contents what the rows are drawn from
     */
    private record Change(Place place, boolean remove, String manifest, int hours, int etag, int contents) {
        String key() {
            return place.key();
        }

        ObjectVersion version(int step) {
            final long time = 1_764_000_000_000L + 1000L * (step / 2);
            return ObjectVersion.newBuilder()
                    .setBucket("reports")
                    .setKey(key())
                    .setEventTimeMillis(time)
                    // Two steps share a millisecond: the sequencer orders them.
                    .setSequencer(Integer.toHexString(step))
                    .setUploadedMillis(time)
                    .build();
        }

        ObjectVersion written(int step) {
            final ObjectVersion.Builder version = version(step).toBuilder();
            if (manifest != null) {
                version.setManifestId(manifest).setReportHours(hours);
            }
            // Contents may return to what they were.
            return version.setEtag("etag-" + etag).build();
        }
    }

    @Provide
    Arbitrary<List<Change>> histories() {
        final Arbitrary<Place> places = Combinators.combine(
                        Arbitraries.of(ReportType.class),
                        Arbitraries.of(ORGANISATIONS),
                        Arbitraries.of(SOURCES),
                        Arbitraries.of(false, false, false, true),
                        Arbitraries.integers().between(0, 2))
                .as(Place::new);
        return Combinators.combine(
                        places,
                        Arbitraries.of(false, false, true),
                        Arbitraries.of("m", "5", "6", "7", "8", "9", "10", "11", "12")
                                .injectNull(0.67),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 1_000_000))
                .as(Change::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(24);
    }

    @Provide
    Arbitrary<List<Reference>> references() {
        // Empty: for every organisation.
        final Arbitrary<String> organisations = Arbitraries.of("", "org1", "org2");
        final Arbitrary<Boolean> there = Arbitraries.of(true, false);
        final Arbitrary<Integer> values = Arbitraries.integers().between(0, 2);
        return Arbitraries.oneOf(
                        Combinators.combine(organisations, Arbitraries.of(LABELS), there)
                                .as((of, key, is) -> new Reference(of, 0, key, 0, is)),
                        Combinators.combine(organisations, values, values, there)
                                .as((of, namespace, id, is) ->
                                        new Reference(of, 1, "namespace-" + namespace + "%", id, is)),
                        Combinators.combine(organisations, Arbitraries.of(SOURCES), values)
                                .as((of, source, value) -> new Reference(of, 2, source, value, true)),
                        Combinators.combine(
                                        organisations,
                                        Arbitraries.of(LABELS),
                                        Arbitraries.integers().between(0, 1),
                                        there)
                                .as((of, key, parent, is) -> new Reference(of, 3, key, parent, is)))
                .list()
                .ofMaxSize(15);
    }

    @Property(seed = "1764000000000", edgeCases = EdgeCasesMode.NONE)
    void shouldPublishTheSameBytesInEveryOrder(
            @ForAll("histories") List<Change> drawn,
            @ForAll("references") List<Reference> changes,
            @ForAll int orders) {
        final History history = new History();
        final Map<String, ObjectVersion> live = new TreeMap<>();
        final Map<ObjectVersion, byte[]> contents = new HashMap<>();
        for (int step = 0; step < drawn.size(); step++) {
            apply(drawn.get(step), step, history, live, contents);
        }
        final Bucket bucket = new Bucket(History.LIMITS);
        live.values().forEach(version -> bucket.put(version, contents.get(version)));
        final Map<String, String> expected = new TreeMap<>();
        bucket.summarise(day -> reference(changes, day))
                .forEach((key, value) -> expected.put(key, new String(value, UTF_8)));

        for (int order = 0; order < ORDERS; order++) {
            assertThat(play(history, changes, new Random(31L * orders + order), harness(orders, order)))
                    .as("order " + order)
                    .isEqualTo(expected);
        }
    }

    private static void apply(
            Change change,
            int step,
            History history,
            Map<String, ObjectVersion> live,
            Map<ObjectVersion, byte[]> contents) {
        if (change.remove() && live.remove(change.key()) != null) {
            history.remove(change.version(step));
            return;
        }
        final ObjectVersion version = change.written(step);
        final byte[] bytes =
                RandomReports.draw(new Random(change.contents()), change.place().type());
        live.put(change.key(), version);
        contents.put(version, bytes);
        history.put(version, bytes);
    }

    /** A change of an organisation's reference data: a kind, a key, and whether it is there from then on. */
    private record Reference(String organisation, int kind, String key, int value, boolean there) {}

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

    /** Some orders are played with days that are read in turns, or summarised by portions, or both. */
    private static Supplier<TopologyHarness> harness(int orders, int order) {
        final int portions = 1 + Math.floorMod(orders, 3);
        if (order == 0) {
            return orders % 5 == 0 ? TopologyHarness::onDisk : TopologyHarness::inTurns;
        }
        if (order == 1) {
            return orders % 2 == 0
                    ? () -> TopologyHarness.inPortions(portions)
                    : () -> TopologyHarness.inTurnsOfPortions(portions);
        }
        return TopologyHarness::new;
    }

    private static Map<String, String> play(
            History history, List<Reference> changes, Random random, Supplier<TopologyHarness> harnesses) {
        try (TopologyHarness harness = harnesses.get()) {
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
            assertThat(harness.deadLetters).isEmpty();
            final Map<String, String> table = new TreeMap<>();
            harness.table.forEach((key, value) -> table.put(key, new String(value, UTF_8)));
            return table;
        }
    }

    private static void apply(Reference change, TopologyHarness harness) {
        final String organisation = change.organisation();
        switch (change.kind()) {
            case 0 -> harness.reference.enabledKey(organisation, change.key(), change.there());
            case 1 ->
                harness.reference.category(
                        organisation, new ReferenceData.CostCategory(change.key(), change.value()), change.there());
            case 2 -> harness.reference.cluster(organisation, change.key(), CLUSTERS.get(change.value()));
            default ->
                harness.reference.tagMapping(
                        organisation, change.key(), change.there() ? PARENTS.get(change.value()) : null);
        }
    }
}
