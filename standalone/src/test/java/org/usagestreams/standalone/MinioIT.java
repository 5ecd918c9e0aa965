package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.wire.ledger.UploadState;

/** The whole behind a real MinIO with its own notifications. Skipped, with a word, where there is no MinIO. */
@Tag("containers")
@Tag("minio")
class MinioIT extends StoreContract {
    @TempDir
    private static Path directory;

    private static int kafkaPort;
    private static MinioServer minio;

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

    @Test
    @Order(5)
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
    @Order(6)
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

    /** The policy's file is used as it is; the program mc sets it. */
    @Test
    @Order(8)
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
