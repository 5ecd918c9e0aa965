package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.OperatorCsv;
import org.usagestreams.testkit.PayloadBuilder;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.notification.PayloadKey;

/** From what clusters send to rows: announced payloads, those in the bucket, and those that are uploaded by hand. */
@Tag("containers")
class IntakeIT {
    private static final String ORGANISATION = "org1234567";
    private static final String MIDNIGHT = "2025-11-01T00:00:00.000000+00:00";
    private static final Duration WITHIN = Duration.ofMinutes(3);

    /** What an announcement may take while the payload of one before it cannot be fetched: generous, for a busy machine. */
    private static final Duration BESIDE_A_FAILURE = Duration.ofSeconds(20);

    private static final int FIRST_HOURLY = 50;
    private static final int HOURLY_CLUSTERS = 3;
    private static final int HOURS = 6;
    private static final String NOON = "2025-11-03T12:00:00.000000+00:00";

    @TempDir
    private static Path directory;

    private static Ingress ingress;
    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        ingress = new Ingress();
        fixture = new EmbeddedClusterFixture(Map.of("intake.announce.hosts", ingress.host()), directory);
        ingress.connect(fixture.cluster.settings());
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
        if (ingress != null) {
            ingress.close();
        }
    }

    private static String source(int number) {
        return String.format("00000000-0000-4000-8000-3%011x", number);
    }

    private static void register(int cluster) throws Exception {
        final Path file = directory.resolve("reference-" + cluster + ".yaml");
        Files.writeString(
                file,
                "organisation: " + ORGANISATION + "\nclusters:\n  - {source: " + source(cluster) + ", cluster_id: c-"
                        + cluster + ", cluster_alias: c}\nenabled_keys: [app, tier, team]\n");
        assertThat(fixture.run("reference", "-f", file.toString())).isZero();
    }

    private static Map<ReportType, List<Object[]>> rows(long seed) {
        return PayloadRows.draw(new Random(seed));
    }

    private static PayloadBuilder payload(int cluster, int manifest, Map<ReportType, List<Object[]>> rows) {
        final PayloadBuilder payload =
                PayloadBuilder.of(new UUID(cluster, manifest).toString()).set("cluster_id", "c-" + cluster);
        rows.forEach(payload::report);
        return payload;
    }

    /** Puts the rows as Parquet for another cluster, whose rows have to be the same. */
    private static void expect(int cluster, int parquet, List<Map<ReportType, List<Object[]>>> uploads)
            throws Exception {
        register(parquet);
        for (int i = 0; i < uploads.size(); i++) {
            for (final Map.Entry<ReportType, List<Object[]>> report :
                    uploads.get(i).entrySet()) {
                fixture.put(
                        "data/" + ORGANISATION + "/OCP/source=" + source(parquet) + "/"
                                + report.getKey().longSegment() + "/" + i + ".parquet",
                        RandomReports.write(
                                report.getKey(),
                                SampleOptions.LabelForm.JSON,
                                SampleOptions.TimeForm.MILLIS,
                                report.getValue()));
            }
        }
        drained();
        assertThat(summary(cluster)).isNotEmpty().isEqualTo(summary(parquet));
    }

    private static List<List<String>> summary(int cluster) {
        return fixture.query(
                "SELECT (to_jsonb(t) - 'uuid' - 'source_uuid' - 'cluster_id' - 'report_period_id')::text FROM "
                        + fixture.cluster.table() + " t WHERE source_uuid = '" + source(cluster) + "' ORDER BY 1");
    }

    private static String upload(byte[] payload) throws Exception {
        final Path file = Files.write(directory.resolve("payload.tar.gz"), payload);
        final EmbeddedClusterFixture.Said said =
                fixture.said("payload", file.toString(), "--organisation", ORGANISATION, "--wait", "--timeout", "5m");
        assertThat(said.code()).as(said.out()).isZero();
        return said.out().strip().substring(fixture.cluster.bucket().length() + 1);
    }

    private static void drained() {
        assertThat(fixture.drain.await(WITHIN)).as("all is processed").isTrue();
    }

    private static void eventually(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .until(condition::getAsBoolean);
    }

    private static void awaitState(String key, UploadState state) {
        eventually(key + " is " + state, () -> fixture.states(key).equals(List.of(state)));
    }

    @Test
    void shouldGiveTheRowsOfTheSameDataAsParquet() throws Exception {
        register(1);
        final String key = upload(payload(1, 1, rows(1)).daily(MIDNIGHT, NOON).bytes());
        assertThat(fixture.states(key)).containsExactly(UploadState.LOADED);
        expect(1, 2, List.of(rows(1)));
        assertThat(fixture.query("SELECT source_uuid::text, jsonb_array_length(objects)::text FROM usage.upload_ledger"
                        + " WHERE object_key = '" + key + "'"))
                .containsExactly(List.of(source(1), "12"));
    }

    @Test
    void shouldTakeAnAnnouncedPayloadAndConfirmIt() throws Exception {
        register(3);
        ingress.failNext(2);
        ingress.announce("not-ours", "1234567", "http://127.0.0.1:1/x", "advisor");
        ingress.receive(
                "request-1",
                "1234567",
                payload(3, 1, rows(2)).daily(MIDNIGHT, NOON).bytes());
        ingress.announce("request-2", "1234567", "http://169.254.169.254/latest", "hccm");
        ingress.announce("request-3", "1234567", "http://" + ingress.host() + "/none", "hccm");
        eventually("confirmed", () -> "success".equals(ingress.validation("request-1")));
        eventually("a host that is not allowed", () -> "failure".equals(ingress.validation("request-2")));
        eventually("nothing there", () -> "failure".equals(ingress.validation("request-3")));
        eventually(
                "loaded",
                () -> fixture.query("SELECT 1 FROM usage.upload_ledger WHERE state = 'LOADED' AND"
                                        + " objects IS NOT NULL AND source_uuid = '" + source(3) + "'")
                                .size()
                        == 1);
        expect(3, 4, List.of(rows(2)));
        assertThat(ingress.validation("not-ours")).isNull();
        assertThat(fixture.said("deadletters", "list").out())
                .contains("169.254.169.254")
                .contains("HTTP 404");
    }

    @Test
    void shouldNotDelayAnAnnouncementByOneWhosePayloadCannotBeFetched() throws Exception {
        register(40);
        ingress.fail("request-40");
        ingress.receive(
                "request-40",
                "1234567",
                payload(40, 1, rows(14)).daily(MIDNIGHT, NOON).bytes());
        final long announced = System.nanoTime();
        ingress.receive(
                "request-41",
                "1234567",
                payload(40, 2, rows(15)).daily(MIDNIGHT, NOON).bytes());
        eventually("the other is confirmed", () -> "success".equals(ingress.validation("request-41")));
        assertThat(Duration.ofNanos(System.nanoTime() - announced)).isLessThan(BESIDE_A_FAILURE);
        assertThat(ingress.validation("request-40")).isNull();
        ingress.heal("request-40");
        eventually("tried again", () -> "success".equals(ingress.validation("request-40")));
    }

    @Test
    void shouldLoadTheHourlyPayloadsOfEachClusterInTheirOrder() throws Exception {
        for (int cluster = FIRST_HOURLY; cluster < FIRST_HOURLY + HOURLY_CLUSTERS; cluster++) {
            register(cluster);
        }
        final List<String> keys = new ArrayList<>();
        for (int hour = 1; hour <= HOURS; hour++) {
            for (int cluster = FIRST_HOURLY; cluster < FIRST_HOURLY + HOURLY_CLUSTERS; cluster++) {
                final String key = PayloadKey.PREFIX + ORGANISATION + "/hourly-" + cluster + "-" + hour + ".tar.gz";
                final String packed = "2025-11-03T" + String.format("%02d", hour) + ":00:00Z";
                fixture.put(
                        key,
                        payload(cluster, hour, rows(hour))
                                .date(packed)
                                .daily(MIDNIGHT, packed)
                                .bytes());
                keys.add(key);
            }
        }
        keys.forEach(key -> awaitState(key, UploadState.LOADED));
        drained();
        for (int cluster = FIRST_HOURLY; cluster < FIRST_HOURLY + HOURLY_CLUSTERS; cluster++) {
            assertThat(fixture.query(
                            "SELECT object_key FROM usage.upload_ledger WHERE object_key LIKE 'payloads/%/hourly-"
                                    + cluster + "-%' ORDER BY loaded_at, event_at"))
                    .as("in the order in which they came")
                    .hasSize(HOURS)
                    .isSortedAccordingTo(Comparator.comparing(List::toString));
        }
        expect(FIRST_HOURLY, FIRST_HOURLY + HOURLY_CLUSTERS, List.of(rows(HOURS)));
    }

    @Test
    void shouldChangeNothingByTheSamePayloadTwice() throws Exception {
        register(5);
        final byte[] payload = payload(5, 1, rows(3)).daily(MIDNIGHT, NOON).bytes();
        final String key = upload(payload);
        drained();
        final String state = "SELECT object_key, etag, event_at::text, revision::text FROM usage.upload_ledger"
                + " WHERE object_key LIKE '%source=" + source(5) + "%' ORDER BY 1";
        final String revisions =
                "SELECT usage_date::text, revision::text FROM usage.summary_status WHERE source_uuid = '" + source(5)
                        + "' ORDER BY 1";
        final List<List<String>> objects = fixture.query(state);
        final List<List<String>> days = fixture.query(revisions);
        assertThat(upload(payload)).isEqualTo(key);
        fixture.put(PayloadKey.PREFIX + ORGANISATION + "/folder/again.tgz", payload);
        awaitState(PayloadKey.PREFIX + ORGANISATION + "/folder/again.tgz", UploadState.LOADED);
        drained();
        assertThat(fixture.query(state)).isEqualTo(objects);
        assertThat(fixture.query(revisions)).isEqualTo(days);
    }

    /** The ledger still has the removed objects, with the ETags of those that are put again and that it does not know yet. */
    @Test
    void shouldNotBeLoadedAgainBeforeItsRemovedObjectsAre() throws Exception {
        register(50);
        register(51);
        final byte[] payload = payload(50, 1, rows(16)).daily(MIDNIGHT, NOON).bytes();
        upload(payload);
        for (final List<String> object : fixture.query("SELECT object_key FROM usage.upload_ledger"
                + " WHERE object_key LIKE 'data/%source=" + source(50) + "%'")) {
            fixture.remove(object.get(0));
        }
        eventually("its rows are gone", () -> summary(50).isEmpty());
        drained();
        final Queue<BucketNotifications.Notification> held = new ConcurrentLinkedQueue<>();
        fixture.cluster.listen(notification -> {
            if (notification.toString().contains(source(50))) {
                held.add(notification);
            } else {
                fixture.cluster.deliver(notification);
            }
        });
        final String again = PayloadKey.PREFIX + ORGANISATION + "/after-removal.tar.gz";
        try {
            fixture.put(again, payload);
            awaitState(again, UploadState.UNPACKED);
            // Whoever tells that this later one is loaded has looked at the other too.
            upload(payload(51, 1, rows(17)).daily(MIDNIGHT, NOON).bytes());
            assertThat(fixture.states(again)).containsExactly(UploadState.UNPACKED);
        } finally {
            fixture.cluster.listen(fixture.cluster::deliver);
            held.forEach(fixture.cluster::deliver);
        }
        awaitState(again, UploadState.LOADED);
        assertThat(summary(50)).isNotEmpty();
    }

    @Test
    void shouldReplaceCumulativePayloadsAndAddUpSplitAndAdditiveOnes() throws Exception {
        register(6);
        upload(payload(6, 1, rows(4)).daily(MIDNIGHT, "2025-11-03T06:00:00Z").bytes());
        upload(payload(6, 2, rows(5))
                .date("2025-11-03T13:00:00Z")
                .daily(MIDNIGHT, NOON)
                .bytes());
        expect(6, 7, List.of(rows(5)));

        register(8);
        final Map<ReportType, List<Object[]>> split = rows(6);
        for (final ReportType type : ReportType.values()) {
            final PayloadBuilder part = PayloadBuilder.of(new UUID(8, 1).toString())
                    .set("cluster_id", "c-8")
                    .daily(MIDNIGHT, NOON);
            for (final ReportType other : ReportType.values()) {
                if (other == type) {
                    part.file(other + ".csv", OperatorCsv.write(type, split.get(type)));
                } else {
                    part.listed(other + ".csv");
                }
            }
            upload(part.bytes());
        }
        expect(8, 9, List.of(split));

        register(10);
        upload(payload(10, 1, rows(7)).bytes());
        upload(payload(10, 2, rows(8)).date("2025-11-03T13:00:00Z").bytes());
        expect(10, 11, List.of(rows(7), rows(8)));

        register(12);
        final Map<ReportType, List<Object[]>> months = rows(9);
        months.values().forEach(list -> list.forEach(row -> row[0] = ((Instant) row[0]).minusSeconds(86_400)));
        upload(payload(12, 1, months).daily("2025-10-31T00:00:00Z", NOON).bytes());
        expect(12, 13, List.of(months));
    }

    @Test
    void shouldUnpackAPayloadWhenItsClusterBecomesKnown() throws Exception {
        final String key = PayloadKey.PREFIX + ORGANISATION + "/unknown.tar.gz";
        fixture.put(key, payload(20, 1, rows(10)).daily(MIDNIGHT, NOON).bytes());
        eventually("it waits, and says why", () -> fixture.entries(key).stream()
                .anyMatch(entry -> entry.state() == UploadState.RECEIVED
                        && String.valueOf(entry.reason()).contains("cluster c-20 is not known")));
        assertThat(fixture.said("deadletters", "list", "--object", "unknown.tar.gz")
                        .out())
                .contains("cluster c-20 is not known");
        register(20);
        awaitState(key, UploadState.LOADED);
        expect(20, 21, List.of(rows(10)));
        eventually(
                "its dead letter is settled",
                () -> fixture.run("deadletters", "list", "--object", "unknown.tar.gz") == 0);
    }

    @Test
    void shouldRefuseAHostilePayloadWhileOthersGoOn() throws Exception {
        register(30);
        final String bad = PayloadKey.PREFIX + ORGANISATION + "/bad.tar.gz";
        fixture.put(
                bad,
                payload(30, 1, rows(11))
                        .daily(MIDNIGHT, NOON)
                        .file("z.csv", "a,b\n1,2\n".getBytes(UTF_8))
                        .bytes());
        final String truncated = PayloadKey.PREFIX + ORGANISATION + "/cut.tar.gz";
        final byte[] whole = payload(30, 2, rows(12)).daily(MIDNIGHT, NOON).bytes();
        fixture.put(truncated, Arrays.copyOf(whole, whole.length / 2));
        upload(payload(30, 3, rows(13)).daily(MIDNIGHT, NOON).bytes());
        awaitState(bad, UploadState.FAILED);
        awaitState(truncated, UploadState.FAILED);
        assertThat(fixture.entries(bad).get(0).reason())
                .contains("UNKNOWN_REPORT")
                .contains("z.csv");
        assertThat(fixture.entries(bad).get(0).failedStep()).isEqualTo("PAYLOAD");
        assertThat(fixture.entries(truncated).get(0).reason()).contains("TRUNCATED");
        expect(30, 31, List.of(rows(13)));
        assertThat(fixture.run("wait", bad)).isEqualTo(3);
        assertThat(fixture.query("SELECT 1 FROM usage.upload_ledger WHERE object_key LIKE '%" + new UUID(30, 1) + "%'"))
                .as("nothing of it is visible")
                .isEmpty();
        fixture.remove(bad);
        awaitState(bad, UploadState.REMOVED);
    }
}
