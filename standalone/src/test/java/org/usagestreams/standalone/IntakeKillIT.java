package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.PayloadBuilder;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ReportType;

/**
 * Intakes that are killed at random moments, and whose store and broker are cut off, lose and double nothing. How many rounds: {@code
 * -Dusage.intake.rounds=50}; which: {@code -Dusage.intake.seed=1}.
 */
class IntakeKillIT {
    private static final int ROUNDS = Integer.getInteger("usage.intake.rounds", 3);
    private static final long SEED = Long.getLong("usage.intake.seed", 1);
    private static final int CLUSTERS = 3;
    private static final String ORGANISATION = "org1234567";
    private static final Duration WITHIN = Duration.ofMinutes(30);

    /** The usage dates of a payload's rows, and its reports. */
    private static final int OBJECTS = 3 * ReportType.values().length;

    @TempDir
    private Path directory;

    private static String source(int cluster) {
        return String.format("00000000-0000-4000-8000-4%011x", cluster);
    }

    @Test
    void shouldLoseAndDoubleNothingWhereIntakesAreKilled() throws Exception {
        final Random random = new Random(SEED);
        final Map<Integer, Map<ReportType, List<Object[]>>> last = new TreeMap<>();
        try (ProcessClusterFixture fixture = new ProcessClusterFixture(directory, Map.of(), true)) {
            fixture.cluster.start(ProcessCluster.Part.INTAKE, 0);
            reference(fixture);
            for (int round = 0; round < ROUNDS; round++) {
                final int cluster = round % CLUSTERS;
                last.put(cluster, PayloadRows.draw(random));
                fixture.put(
                        "payloads/" + ORGANISATION + "/" + round + ".tar.gz",
                        payload(cluster, round, last.get(cluster)));
                fault(fixture, random);
            }
            awaitPayloads(fixture);
            for (final Map.Entry<Integer, Map<ReportType, List<Object[]>>> cluster : last.entrySet()) {
                putAsParquet(fixture, CLUSTERS + cluster.getKey(), cluster.getValue());
            }
            await(
                    "the same rows as Parquet are loaded",
                    () -> fixture.query(
                                            "SELECT 1 FROM usage.upload_ledger WHERE state <> 'LOADED' AND state <> 'SUPERSEDED'")
                                    .isEmpty()
                            && fixture.query("SELECT 1 FROM usage.upload_ledger WHERE object_key LIKE '%/twin/%'")
                                            .size()
                                    == last.size() * ReportType.values().length);
            for (final int cluster : last.keySet()) {
                assertThat(summary(fixture, cluster))
                        .as("cluster " + cluster)
                        .isNotEmpty()
                        .isEqualTo(summary(fixture, CLUSTERS + cluster));
            }
            assertThat(fixture.query(
                                    "SELECT count(*)::text FROM usage.upload_ledger WHERE object_key LIKE 'data/%/year=%'")
                            .get(0))
                    .as("each object once")
                    .containsExactly(Integer.toString(ROUNDS * OBJECTS));
            fixture.validate();
        }
    }

    private void reference(ProcessClusterFixture fixture) throws Exception {
        final StringBuilder yaml = new StringBuilder("organisation: " + ORGANISATION + "\nclusters:\n");
        for (int cluster = 0; cluster < 2 * CLUSTERS; cluster++) {
            yaml.append("  - {source: " + source(cluster) + ", cluster_id: c-" + cluster + ", cluster_alias: c}\n");
        }
        final Path file = Files.writeString(directory.resolve("reference.yaml"), yaml + "enabled_keys: [app, tier]\n");
        assertThat(fixture.run("reference", "-f", file.toString()).code()).isZero();
    }

    private static byte[] payload(int cluster, int round, Map<ReportType, List<Object[]>> rows) {
        final PayloadBuilder payload = PayloadBuilder.of(new UUID(cluster, round).toString())
                .set("cluster_id", "c-" + cluster)
                .date(Instant.parse("2025-11-04T00:00:00Z").plusSeconds(round).toString())
                .daily("2025-11-01T00:00:00Z", "2025-11-03T12:00:00Z");
        rows.forEach(payload::report);
        return payload.bytes();
    }

    /** One fault at a moment that may be any of unpacking, putting or committing. */
    private static void fault(ProcessClusterFixture fixture, Random random) throws Exception {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(3_000));
        switch (random.nextInt(4)) {
            case 0 -> cut(fixture.cluster.link(ProcessCluster.Network.STORE), random);
            case 1 -> cut(fixture.cluster.link(ProcessCluster.Network.BROKER), random);
            default -> {
                fixture.cluster.kill(ProcessCluster.Part.INTAKE, 0);
                fixture.cluster.start(ProcessCluster.Part.INTAKE, 0);
            }
        }
    }

    private static void cut(FaultProxy link, Random random) throws Exception {
        if (random.nextBoolean()) {
            link.cut();
        } else {
            link.resetAfter(random.nextInt(100_000));
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(3_000));
        link.restore();
    }

    private static void awaitPayloads(ProcessClusterFixture fixture) throws Exception {
        await(
                ROUNDS + " payloads are loaded",
                () -> fixture.query(
                                        "SELECT 1 FROM usage.upload_ledger WHERE state = 'LOADED' AND jsonb_array_length(objects) = "
                                                + OBJECTS)
                                .size()
                        == ROUNDS);
    }

    private static void putAsParquet(ProcessClusterFixture fixture, int cluster, Map<ReportType, List<Object[]>> rows)
            throws Exception {
        for (final Map.Entry<ReportType, List<Object[]>> report : rows.entrySet()) {
            fixture.put(
                    "data/" + ORGANISATION + "/OCP/source=" + source(cluster) + "/twin/"
                            + report.getKey().longSegment() + "/a.parquet",
                    RandomReports.write(
                            report.getKey(),
                            SampleOptions.LabelForm.JSON,
                            SampleOptions.TimeForm.MILLIS,
                            report.getValue()));
        }
    }

    private static List<List<String>> summary(ProcessClusterFixture fixture, int cluster) throws Exception {
        return fixture.query("SELECT (to_jsonb(t) - 'uuid' - 'source_uuid' - 'cluster_id' - 'report_period_id')::text"
                + " FROM TABLE t WHERE source_uuid = '" + source(cluster) + "' ORDER BY 1");
    }

    private static void await(String what, ProcessClusterFixture.Condition condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .until(condition::holds);
    }
}
