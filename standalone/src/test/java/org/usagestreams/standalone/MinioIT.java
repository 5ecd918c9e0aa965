package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SetBucketVersioningArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Item;
import io.minio.messages.VersioningConfiguration;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;

/** The whole behind a real MinIO with its own notifications. Skipped, with a word, where there is no MinIO. */
@Tag("containers")
@Tag("minio")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MinioIT {
    /** Any; days that are old count as well. */
    private static final String DATE = "2025-11-03";

    @TempDir
    private static Path directory;

    private static int kafkaPort;
    private static MinioServer minio;
    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        final Optional<Path> program = MinioServer.program();
        final boolean container = TestParts.hasImage(MinioServer.IMAGE);
        if (program.isEmpty() && !container) {
            System.out.println("skipped: MinioIT; there is no minio on the PATH nor in TEST_MINIO"
                    + " (.ci/run installs one), and no container of it");
        }
        assumeTrue(program.isPresent() || container, "no minio is there");
        System.out.println("MinioIT runs on " + (container ? MinioServer.IMAGE : program.get()));
        kafkaPort = Ports.free();
        minio = MinioServer.start(
                container ? null : program.get(), directory.resolve("minio"), "localhost:" + kafkaPort);
        // The broker is embedded, and so can be stopped.
        fixture = new EmbeddedClusterFixture(
                new EmbeddedCluster.Options(
                        null,
                        kafkaPort,
                        0,
                        0,
                        0,
                        Map.of("reconcile.interval.ms", "0", "reconcile.grace.ms", "0"),
                        null,
                        new ExternalParts(null, null, minio.store(), () -> {})),
                directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
        if (minio != null) {
            minio.close();
        }
    }

    private static String source(int number) {
        return String.format("00000000-0000-4000-8000-6%011x", number);
    }

    private static String key(int source, String name) {
        return EmbeddedClusterFixture.key(source(source), name);
    }

    private static void awaitState(String key, UploadState... states) {
        eventually(key + " is " + List.of(states), () -> fixture.states(key).equals(List.of(states)));
    }

    @Test
    @Order(1)
    void shouldLoadKeysOfAllKinds() throws Exception {
        final List<String> names = List.of(
                "plain.parquet",
                "a b.parquet",
                "a+b.parquet",
                "a%20b.parquet",
                "a%b.parquet",
                "größe-наука-数据.parquet",
                "a&b=c;d@e,f.parquet",
                "(1) [x]~'!.parquet");
        for (int i = 0; i < names.size(); i++) {
            fixture.put(key(10 + i, names.get(i)), pods(DATE, "shop"));
        }
        for (int i = 0; i < names.size(); i++) {
            awaitState(key(10 + i, names.get(i)), UploadState.LOADED);
            assertTrue(fixture.rows(source(10 + i)) > 0, names.get(i));
        }
    }

    @Test
    @Order(2)
    void shouldLoadMultipartUploads() throws Exception {
        final Random random = new Random(3);
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            final byte[] noise = new byte[3_000];
            random.nextBytes(noise);
            rows.add(ReportRow.pod()
                    .start(DATE, 0)
                    .node("node")
                    .namespace("shop")
                    .pod("pod-" + i)
                    .cpu(3600.0)
                    .labels(Map.of("noise", HexFormat.of().formatHex(noise)))
                    .values());
        }
        final byte[] bytes = RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MICROS, rows);
        assertTrue(bytes.length > 6 << 20, bytes.length + " bytes are no multipart upload");
        final String key = key(20, "parts.parquet");
        fixture.cluster
                .client()
                .putObject(PutObjectArgs.builder().bucket(fixture.cluster.bucket()).object(key).stream(
                                new ByteArrayInputStream(bytes), -1L, 5L << 20)
                        .build());
        awaitState(key, UploadState.LOADED);
        assertTrue(fixture.entries(key).get(0).etag().matches(".*-\\d+"), "its etag is that of an upload in parts");
    }

    @Test
    @Order(3)
    void shouldCountWhatIsThereAfterOverwritesAndRemovals() throws Exception {
        final String key = key(30, "a.parquet");
        fixture.put(key, pods(DATE, "shop"));
        awaitState(key, UploadState.LOADED);
        fixture.put(key, pods(DATE, "shop", "office"));
        awaitState(key, UploadState.SUPERSEDED, UploadState.LOADED);
        eventually("both namespaces are there", () -> namespaces(30).equals(List.of("office", "shop")));
        fixture.remove(key);
        eventually("its rows are gone", () -> fixture.rows(source(30)) == 0);
    }

    private static List<String> namespaces(int source) {
        return fixture
                .query("SELECT DISTINCT namespace FROM " + fixture.cluster.table() + " WHERE source_uuid = '"
                        + source(source) + "' AND namespace NOT LIKE '% unallocated' ORDER BY 1")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    @Test
    @Order(4)
    void shouldOutliveARestartOfMinio() throws Exception {
        final String before = key(40, "before.parquet");
        fixture.put(before, pods(DATE, "shop"));
        minio.kill();
        minio.start();
        final String after = key(41, "after.parquet");
        fixture.put(after, pods(DATE, "shop"));
        // MinIO answers an upload before its event is on disk, and after a start before it has read its notification
        // rules. It
        // loses both events at times; reconciling finds the objects.
        eventually("both are loaded", () -> {
            assertEquals(0, fixture.run("reconcile"));
            return fixture.states(before).equals(List.of(UploadState.LOADED))
                    && fixture.states(after).equals(List.of(UploadState.LOADED));
        });
    }

    @Test
    @Order(5)
    void shouldLoadWhatWasUploadedWhileTheBrokerWasDown() throws Exception {
        fixture.cluster.stopBroker();
        final Map<String, String> keys = new HashMap<>();
        for (int i = 0; i < 5; i++) {
            keys.put(key(50 + i, "down.parquet"), source(50 + i));
            fixture.put(key(50 + i, "down.parquet"), pods(DATE, "shop"));
        }
        fixture.cluster.startBroker();
        keys.keySet().forEach(key -> awaitState(key, UploadState.LOADED));
        keys.values().forEach(source -> assertTrue(fixture.rows(source) > 0));
    }

    /** From here on the bucket keeps versions. */
    @Test
    @Order(6)
    void shouldFollowVersionsAndDeleteMarkers() throws Exception {
        final MinioClient client = fixture.cluster.client();
        final String bucket = fixture.cluster.bucket();
        client.setBucketVersioning(SetBucketVersioningArgs.builder()
                .bucket(bucket)
                .config(new VersioningConfiguration(VersioningConfiguration.Status.ENABLED, null, null, null))
                .build());
        final String key = key(60, "a.parquet");
        fixture.put(key, pods(DATE, "shop"));
        eventually("the first version counts", () -> namespaces(60).equals(List.of("shop")));
        fixture.put(key, pods(DATE, "office"));
        eventually("the second has its place", () -> namespaces(60).equals(List.of("office")));
        fixture.remove(key);
        eventually("a delete marker takes its rows", () -> fixture.rows(source(60)) == 0);
        final List<Item> versions = versions(key);
        assertEquals(3, versions.size(), "two versions and a marker");
        remove(
                key,
                versions.stream()
                        .filter(Item::isDeleteMarker)
                        .findFirst()
                        .orElseThrow()
                        .versionId());
        eventually("without the marker it is back", () -> namespaces(60).equals(List.of("office")));
        final List<Item> left = versions(key);
        remove(
                key,
                left.stream().filter(Item::isLatest).findFirst().orElseThrow().versionId());
        eventually("the version before it counts again", () -> namespaces(60).equals(List.of("shop")));
    }

    private static List<Item> versions(String key) throws Exception {
        final List<Item> versions = new ArrayList<>();
        for (final Result<Item> item : fixture.cluster
                .client()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(fixture.cluster.bucket())
                        .prefix(key)
                        .includeVersions(true)
                        .build())) {
            versions.add(item.get());
        }
        return versions;
    }

    private static void remove(String key, String version) throws Exception {
        fixture.cluster
                .client()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(fixture.cluster.bucket())
                        .object(key)
                        .versionId(version)
                        .build());
    }

    /** The policy's file is used as it is; the program mc sets it. */
    @Test
    @Order(7)
    void shouldLetTheSplitterReadAndNothingElse() throws Exception {
        final Optional<Path> mc = MinioServer.program("mc");
        if (mc.isEmpty()) {
            System.out.println("skipped: the policy of the splitter's user; there is no mc on the PATH nor in TEST_MC");
        }
        assumeTrue(mc.isPresent(), "no mc is there");
        final Path policy =
                Path.of(System.getProperty("user.dir")).resolveSibling("docker/config/usage-splitter-policy.json");
        mc(mc.get(), "alias", "set", "store", minio.endpoint(), MinioServer.USER, MinioServer.PASSWORD);
        mc(mc.get(), "admin", "user", "add", "store", "usage-splitter", "splitter-secret");
        mc(mc.get(), "admin", "policy", "create", "store", "usage-splitter", policy.toString());
        mc(mc.get(), "admin", "policy", "attach", "store", "usage-splitter", "--user", "usage-splitter");
        fixture.cluster.stopServices();
        final String key = key(70, "a.parquet");
        fixture.put(key, pods(DATE, "shop"));
        fixture.cluster
                .services()
                .start(fixture.cluster
                        .settings()
                        .with(Map.of("store.access.key", "usage-splitter", "store.secret.key", "splitter-secret")));
        eventually("it is loaded", () -> fixture.states(key).contains(UploadState.LOADED));
        final MinioClient splitter = MinioClient.builder()
                .endpoint(minio.endpoint())
                .credentials("usage-splitter", "splitter-secret")
                .region("us-east-1")
                .build();
        final String bucket = fixture.cluster.bucket();
        splitter.getObject(GetObjectArgs.builder().bucket(bucket).object(key).build())
                .close();
        final ErrorResponseException put = assertThrows(
                ErrorResponseException.class,
                () -> splitter.putObject(PutObjectArgs.builder().bucket(bucket).object("x").stream(
                                new ByteArrayInputStream(new byte[1]), 1L, -1L)
                        .build()));
        assertEquals("AccessDenied", put.errorResponse().code());
        final ErrorResponseException remove = assertThrows(
                ErrorResponseException.class,
                () -> splitter.removeObject(
                        RemoveObjectArgs.builder().bucket(bucket).object(key).build()));
        assertEquals("AccessDenied", remove.errorResponse().code());
    }

    private static void mc(Path program, String... arguments) throws Exception {
        final List<String> command = new ArrayList<>(List.of(
                program.toString(), "--config-dir", directory.resolve("mc").toString()));
        command.addAll(List.of(arguments));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS), said);
        assertFalse(process.exitValue() != 0, said);
    }
}
