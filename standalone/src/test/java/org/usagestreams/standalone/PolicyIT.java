package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.testkit.RandomReports.pods;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.wire.ledger.UploadState;

/** What users decide by settings: removals that keep rows, and retention. */
@Tag("containers")
class PolicyIT {
    private static final String OLD = "2020-01-01";

    private final String recentDate = LocalDate.now(ZoneOffset.UTC).minusDays(2).toString();

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(
                Map.of(
                        "splitter.instance.id", "standalone",
                        "objects.removals", "keep",
                        "retention.days", "30",
                        "reconcile.grace.ms", "0",
                        "reconcile.interval.ms", "1000"),
                directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static String source(int number) {
        return String.format("00000000-0000-4000-8000-2%011x", number);
    }

    @Test
    void shouldKeepTheRowsOfWhatIsRemoved() throws Exception {
        final String key = key(source(1), "a.parquet");
        fixture.put(key, pods(recentDate, "shop"));
        fixture.awaitStates(key, UploadState.LOADED);
        fixture.remove(key);
        fixture.awaitStates(key, UploadState.REMOVED);
        fixture.drained();
        assertEquals(2, fixture.rows(source(1)));
        fixture.put(key, pods(recentDate, "shop", "mail"));
        // Its next version counts in its stead.
        fixture.awaitStates(key, UploadState.REMOVED, UploadState.LOADED);
        assertEquals(3, fixture.rows(source(1)));
    }

    @Test
    void shouldRefuseWhatIsBeyondRetentionAndTakeItBackWhenTold() throws Exception {
        final String source = source(2);
        final String old = key(source, "old.parquet");
        final String recent = key(source, "recent.parquet");
        fixture.put(old, pods(OLD, "shop", "mail"));
        fixture.put(recent, pods(recentDate, "shop"));
        fixture.awaitStates(old, UploadState.FAILED);
        assertEquals("RETENTION", fixture.entries(old).get(0).failedStep());
        assertEquals(0, fixture.run("wait", recent));
        assertEquals(2, fixture.rows(source));

        assertEquals(1, fixture.run("readmit", "--source", source, "--date", recentDate), "it is remembered");
        assertEquals(1, fixture.run("readmit", "--source", source(9), "--date", OLD), "there is nothing");
        assertEquals(3, fixture.run("readmit", "--source", source, "--date", "2020-01-02"), "none of its dates");
        assertEquals(0, fixture.run("readmit", "--source", source, "--date", OLD));
        assertEquals(List.of(UploadState.LOADED), fixture.states(old));
        assertEquals(5, fixture.rows(source), "two days");
        assertEquals(0, fixture.run("deadletters", "list", "--object", old), "its dead letter is settled");

        fixture.put(old, pods(OLD, "shop"));
        final String further = key(source, "further.parquet");
        fixture.put(further, pods(OLD, "web"));
        // What comes for a day that was taken back is taken.
        fixture.awaitStates(old, UploadState.SUPERSEDED, UploadState.LOADED);
        fixture.awaitStates(further, UploadState.LOADED);
        assertEquals(5, fixture.rows(source), "web instead of mail");
    }

    @Test
    void shouldReconcileByItself() throws Exception {
        final String key = key(source(3), "a.parquet");
        fixture.drained();
        final long missed = fixture.cluster.splitter().counts().eventsMissed.sum();
        fixture.cluster.listen(notification -> {});
        fixture.put(key, pods(recentDate, "shop"));
        fixture.cluster.listen(fixture.cluster::deliver);
        fixture.awaitStates(key, UploadState.LOADED);
        assertEquals(
                missed + 1, fixture.cluster.splitter().counts().eventsMissed.sum(), "it is counted");
        assertEquals(
                missed + 1.0,
                fixture.metric("splitter", "usage_streams_events_noted_total{kind=\"missed\"}"),
                "and a metric");
    }

    @Test
    void shouldTellHowItIsAndWhatItDid() throws Exception {
        final String key = key(source(4), "a.parquet");
        fixture.put(key, pods(recentDate, "shop"));
        fixture.awaitStates(key, UploadState.LOADED);
        for (final String service : List.of("intake", "splitter", "processor")) {
            assertTrue(fixture.page(service, "/health/ready").contains("\"ready\":true"), service);
        }
        assertTrue(fixture.page("processor", "/topology").contains("Processor: day-summary"));
        assertTrue(
                fixture.metric("splitter", "usage_streams_objects_total{organisation=\"org1234567\",outcome=\"split\"}")
                        >= 1);
        assertTrue(fixture.metric(
                        "processor", "usage_streams_rows_published_total{kind=\"upsert\",organisation=\"org1234567\"}")
                >= 2);
        assertTrue(fixture.metric(
                        "processor", "usage_streams_object_states_total{organisation=\"org1234567\",state=\"LOADED\"}")
                >= 1);
        assertEquals(0, fixture.metric("processor", "usage_streams_dirty_days"));
        MonitoringFiles.check(fixture.page("intake", "/metrics")
                + fixture.page("splitter", "/metrics")
                + fixture.page("processor", "/metrics"));
    }

    @Test
    void shouldGiveTheSinksToAConnectWorker() throws Exception {
        assertEquals(0, fixture.run("sink", "--connect", fixture.cluster.connectUrl()));
        final String key = key(source(5), "a.parquet");
        fixture.put(key, pods(recentDate, "shop"));
        fixture.awaitStates(key, UploadState.LOADED);
        assertEquals(1, fixture.run("sink", "--connect", fixture.cluster.endpoint()), "that is no Connect worker");
        assertEquals(2, fixture.run("sink", "--watch"), "a watch needs a worker");
    }
}
