package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.RandomReports;

/**
 * Well-behaved clusters upload beside a large object, and beside files that are made to harm: nobody is delayed by more than two
 * seconds, and no process ends. Splitter and processor have heaps of 256 MB. Each test first measures the well-behaved ones alone, and
 * does so again where they were slow beside the others: a machine that has become slower meanwhile is slower for both.
 *
 * <p>It needs a machine that does nothing else. Elsewhere, {@code -Dusage.fairness.delay.ms} allows more. Rows of the large object:
 * {@code -Dusage.fairness.rows=5000000}.
 */
@Tag("long")
class FairnessIT {
    private static final int FEW = 6;
    private static final int MANY = Integer.getInteger("usage.fairness.clusters", 50);
    private static final int LARGE_ROWS = Integer.getInteger("usage.fairness.rows", 2_000_000);
    private static final Duration DELAY = Duration.ofMillis(Integer.getInteger("usage.fairness.delay.ms", 2_000));

    /** How many times as long the p99 of many clusters may take beside the others. */
    private static final double TIMES = 2;

    private static final String DATE = "2025-11-03";

    /**
     * Uploads of a measurement, at least; further ones follow as long as the others' objects are under way, but no longer than
     * this: on a machine that is busy with the uploads alone, those would never end.
     */
    private static final int UPLOADS = Integer.getInteger("usage.fairness.uploads", 40);

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(150);

    @TempDir
    private static Path directory;

    private static ProcessClusterFixture cluster;
    private static int round;

    /** Milliseconds from the end of an upload to LOADED, the least first. */
    private record Figures(List<Long> millis) {
        long p99() {
            return millis.get((int) Math.ceil(millis.size() * 0.99) - 1);
        }

        long greatest() {
            return millis.get(millis.size() - 1);
        }

        @Override
        public String toString() {
            return millis.size() + " uploads: p50 " + millis.get(millis.size() / 2) + " ms, p99 " + p99()
                    + " ms, greatest " + greatest() + " ms";
        }
    }

    @BeforeAll
    static void start() throws Exception {
        // With the optimising compiler, as in production: hostile files take several times as long without it.
        cluster = new ProcessClusterFixture(directory, new ProcessCluster.Options(Map.of(), Map.of(), false));
        // The code is compiled while it runs for the first time.
        measure("warm", FEW, 3 * UPLOADS, Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static String source(int number) {
        return String.format("00000000-0000-4000-8000-%012d", number);
    }

    /** Measures what uploads of well-behaved clusters take while others' objects are under way. */
    private static Figures measure(String of, int clusters, int uploads, Map<String, byte[]> others) throws Exception {
        final List<String> harmful = new ArrayList<>();
        int number = 1_000 + 100 * round;
        // A day of its own, so that no measurement has days of more objects than another.
        final String date = LocalDate.parse(DATE).plusDays(round).toString();
        final String name = of + round++ + "-";
        for (final Map.Entry<String, byte[]> other : others.entrySet()) {
            final String key = EmbeddedClusterFixture.key(source(number++), other.getKey() + ".parquet");
            cluster.put(key, other.getValue());
            harmful.add(key);
        }
        final Map<String, Long> uploaded = new LinkedHashMap<>();
        final long start = System.nanoTime();
        for (int i = 0; i < uploads || (System.nanoTime() - start < LONGEST.toNanos() && !areSettled(harmful)); i++) {
            final String key = EmbeddedClusterFixture.key(source(i % clusters), name + i + ".parquet");
            cluster.put(key, RandomReports.pods(date, "shop-" + i));
            uploaded.put(key, System.currentTimeMillis());
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        ProcessClusterFixture.await(
                "all uploads are loaded", () -> loaded(uploaded).size() == uploaded.size());
        ProcessClusterFixture.await("the others' objects are settled", () -> areSettled(harmful));
        cluster.cluster.requireAlive();
        final Map<String, Long> loaded = loaded(uploaded);
        final Figures figures = new Figures(uploaded.entrySet().stream()
                .map(upload -> loaded.get(upload.getKey()) - upload.getValue())
                .sorted()
                .toList());
        final long seconds = (System.nanoTime() - start) / 1_000_000_000;
        System.out.println("fairness, " + name + ": " + figures + " in " + seconds + " s" + stages(name));
        for (final String key : harmful) {
            System.out.println("  "
                    + cluster.query("SELECT object_key, state, rows_read, split_at - notified_at,"
                            + " loaded_at - notified_at, left(reason, 200) FROM usage.upload_ledger WHERE object_key = '"
                            + key
                            + "'"));
        }
        return figures;
    }

    /** Where the time of the slowest went. */
    private static String stages(String name) throws SQLException {
        return "; slowest: "
                + cluster.query("SELECT split_at - notified_at, counted_at - split_at, loaded_at - counted_at"
                        + " FROM usage.upload_ledger WHERE object_key ~ '/" + name
                        + "[0-9]+[.]parquet$' ORDER BY loaded_at - notified_at DESC LIMIT 3");
    }

    private static boolean areSettled(List<String> keys) throws SQLException {
        return keys.isEmpty()
                || cluster.query(
                                "SELECT count(*) FROM usage.upload_ledger WHERE state IN ('LOADED', 'FAILED') AND object_key IN ("
                                        + quoted(keys) + ")")
                        .get(0)
                        .get(0)
                        .equals(String.valueOf(keys.size()));
    }

    private static String quoted(Collection<String> keys) {
        return keys.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "));
    }

    /** When each was known to be loaded, in milliseconds. */
    private static Map<String, Long> loaded(Map<String, Long> uploaded) throws SQLException {
        return cluster
                .query("SELECT object_key, (extract(epoch FROM loaded_at) * 1000)::bigint FROM usage.upload_ledger"
                        + " WHERE loaded_at IS NOT NULL AND object_key IN ("
                        + quoted(uploaded.keySet()) + ")")
                .stream()
                .collect(Collectors.toMap(row -> row.get(0), row -> Long.valueOf(row.get(1))));
    }

    /** Measures the well-behaved ones alone, beside the others, and, where they were slow, alone again. */
    private static void assertFair(String name, Map<String, byte[]> others) throws Exception {
        final Figures before = measure("calm", FEW, UPLOADS, Map.of());
        final Figures beside = measure(name, FEW, UPLOADS, others);
        if (delay(beside, before) >= DELAY.toMillis()) {
            final Figures after = measure("calm", FEW, UPLOADS, Map.of());
            assertThat(Math.min(delay(beside, before), delay(beside, after)))
                    .as("milliseconds: %s; alone before: %s; alone after: %s", beside, before, after)
                    .isLessThan(DELAY.toMillis());
        }
    }

    private static long delay(Figures beside, Figures alone) {
        return beside.greatest() - alone.greatest();
    }

    @Test
    void shouldNotDelayOthersByALargeObject() throws Exception {
        assertFair("large", Map.of("large", AttackFiles.large(LARGE_ROWS, DATE)));
    }

    @Test
    void shouldNotDelayOthersByPoison() throws Exception {
        assertFair("poison", AttackFiles.poison());
    }

    @Test
    void shouldNotDelayOthersByADayOfMillionsOfGroups() throws Exception {
        // The first of the others, in the measurement after the one without others.
        final String source = source(1_000 + 100 * (round + 1));
        final String before = EmbeddedClusterFixture.key(source, "before.parquet");
        cluster.put(before, RandomReports.pods(DATE, "shop", "bank"));
        ProcessClusterFixture.await("the object of before is loaded", () -> areSettled(List.of(before)));
        assertFair("groups", Map.of("groups", AttackFiles.groups(DATE)));
        assertThat(cluster.query(
                        "SELECT state, failed_step FROM usage.upload_ledger WHERE object_key LIKE '%/groups.parquet'"
                                + " AND reason LIKE '%summary.day.%'"))
                .containsExactly(List.of("FAILED", "SUMMARISE"));
        assertThat(cluster.query("SELECT DISTINCT namespace FROM TABLE WHERE source_uuid = '" + source
                        + "' AND namespace IN ('shop', 'bank') ORDER BY namespace"))
                .containsExactly(List.of("bank"), List.of("shop"));
        assertThat(cluster.query(
                        "SELECT count(DISTINCT namespace) < 10 FROM TABLE WHERE source_uuid = '" + source + "'"))
                .containsExactly(List.of("t"));
    }

    @Test
    void shouldAtMostDoubleTheP99OfManyClustersBesideAllOfThem() throws Exception {
        final Map<String, byte[]> all = new LinkedHashMap<>(AttackFiles.poison());
        all.put("all-large", AttackFiles.large(LARGE_ROWS, DATE));
        all.put("all-groups", AttackFiles.groups(DATE));
        final int uploads = 4 * MANY;
        final Figures before = measure("calm", MANY, uploads, Map.of());
        final Figures beside = measure("all", MANY, uploads, all);
        if (beside.p99() > TIMES * before.p99()) {
            final Figures after = measure("calm", MANY, uploads, Map.of());
            assertThat((double) beside.p99())
                    .as("%s; alone before: %s; alone after: %s", beside, before, after)
                    .isLessThanOrEqualTo(TIMES * Math.max(before.p99(), after.p99()));
        }
    }
}
