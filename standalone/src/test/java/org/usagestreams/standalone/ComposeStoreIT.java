package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.testkit.ProjectFiles;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/**
 * MinIO with the environment that {@code docker/compose.yaml} gives it, before a broker that it gives too, and the users and policies
 * that the scripts of {@code docker/config} make. Skipped, with a word, where there is no MinIO.
 */
@Tag("minio")
class ComposeStoreIT {
    private static final String BUCKET = "usage-reports";
    private static final String SOURCE = "00000000-0000-4000-8000-000000000a01";
    private static final String OTHER_SOURCE = "00000000-0000-4000-8000-000000000a02";
    private static final int PORT = Ports.free();
    private static final String ENDPOINT = "http://127.0.0.1:" + PORT;

    @TempDir
    private static Path directory;

    private static ComposeKafka kafka;
    private static Process minio;
    private static Path mc;

    @BeforeAll
    static void start() throws Exception {
        final Path program = MinioServer.program().orElse(null);
        mc = MinioServer.program("mc").orElse(null);
        if (program == null || mc == null) {
            System.out.println("skipped: ComposeStoreIT; minio and mc are not both there");
        }
        assumeTrue(program != null && mc != null, "no minio is there");
        kafka = ComposeKafka.start(directory.resolve("kafka"));
        for (final String user : KafkaUsers.ALL) {
            secret("kafka-" + user, user + "-s3cr3t");
        }
        command(
                Map.of("kafka.bootstrap.servers", kafka.address(9091)),
                "access",
                "apply",
                "--passwords",
                directory.toString());
        command(Map.of("kafka.bootstrap.servers", kafka.address(9091)), "topics", "apply", "-s", "topics.partitions=1");
        for (final String user : List.of("intake", "splitter", "uploader")) {
            secret(user + "-access-key", user + "0123456789");
            secret(user + "-secret-key", user + "-secret-0123456789");
        }
        secret("minio.env", """
            MINIO_ROOT_USER=root0123456789
            MINIO_ROOT_PASSWORD=root-secret-0123456789
            MINIO_NOTIFY_KAFKA_SASL_PASSWORD_USAGE=bucket-s3cr3t
            """);
        startMinio(program);
        script("bucket.sh");
    }

    private static void secret(String name, String value) throws IOException {
        Files.writeString(directory.resolve(name), value);
    }

    private static void command(Map<String, String> settings, String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        settings.forEach((name, value) -> all.addAll(List.of("-s", name + "=" + value)));
        assertThat(CommandRunner.run(new Main(), all.toArray(String[]::new))).isZero();
    }

    private static void startMinio(Path program) throws Exception {
        final ProcessBuilder builder = new ProcessBuilder(
                program.toString(),
                "server",
                "--address",
                "127.0.0.1:" + PORT,
                "--certs-dir",
                directory.resolve("certs").toString(),
                directory.resolve("data").toString());
        ComposeKafka.environment("minio").forEach((name, value) -> builder.environment()
                .put(
                        name,
                        value.replace("kafka:9092", kafka.address(9092))
                                .replace("/run/secrets", directory.toString())
                                .replace("/events", directory.resolve("events").toString())));
        minio = builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("minio.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !minio.isAlive() || listens());
        assertThat(minio.isAlive())
                .as(Files.readString(directory.resolve("minio.log")))
                .isTrue();
    }

    private static boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** What a script of docker/config prints. */
    private static Properties script(String name, String... arguments) throws Exception {
        final List<String> command = new ArrayList<>(
                List.of("sh", ProjectFiles.of("docker/config/" + name).toString()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "STORE", ENDPOINT,
                        "SECRETS", directory.toString(),
                        "MC_CONFIG", directory.resolve("mc").toString(),
                        "TMPDIR", directory.toString(),
                        "PATH", mc.getParent() + ":" + System.getenv("PATH")));
        final Process process =
                builder.redirectError(directory.resolve(name + ".log").toFile()).start();
        final String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(said + Files.readString(directory.resolve(name + ".log")))
                .isZero();
        final Properties properties = new Properties();
        properties.load(new StringReader(said));
        return properties;
    }

    @AfterAll
    static void end() throws Exception {
        if (minio != null) {
            minio.destroy();
            if (!minio.waitFor(10, TimeUnit.SECONDS)) {
                minio.destroyForcibly();
            }
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    private static MinioClient as(String accessKey, String secretKey) {
        return MinioClient.builder()
                .endpoint(ENDPOINT)
                .credentials(accessKey, secretKey)
                .region("us-east-1")
                .build();
    }

    private static MinioClient as(Properties user) {
        return as(user.getProperty("store.access.key"), user.getProperty("store.secret.key"));
    }

    private static MinioClient as(String user) {
        return as(user + "0123456789", user + "-secret-0123456789");
    }

    private static String key(String organisation, String source) {
        return "data/" + organisation + "/OCP/source=" + source + "/openshift_pod_usage_line_items/a.parquet";
    }

    private static void put(MinioClient client, String key) throws Exception {
        client.putObject(PutObjectArgs.builder().bucket(BUCKET).object(key).stream(
                        new ByteArrayInputStream(new byte[1]), 1L, -1L)
                .build());
    }

    private static void get(MinioClient client, String key) throws Exception {
        client.getObject(GetObjectArgs.builder().bucket(BUCKET).object(key).build())
                .close();
    }

    private static void remove(MinioClient client, String key) throws Exception {
        client.removeObject(
                RemoveObjectArgs.builder().bucket(BUCKET).object(key).build());
    }

    private static void list(MinioClient client) throws Exception {
        client.listObjects(ListObjectsArgs.builder().bucket(BUCKET).build())
                .iterator()
                .next()
                .get();
    }

    private static void assertDenied(ThrowingCallable attempt) {
        assertThatThrownBy(attempt).isInstanceOfSatisfying(ErrorResponseException.class, e -> assertThat(
                        e.errorResponse().code())
                .isEqualTo("AccessDenied"));
    }

    @Test
    void shouldNotifyOverScramAsTheUserOfTheBucket() throws Exception {
        put(as("uploader"), key("org1", SOURCE));
        final TopicPartition notifications =
                new TopicPartition(TopicCatalog.shipped().name(TopicRole.NOTIFICATIONS), 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.address(9092),
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        "SCRAM-SHA-512",
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"splitter\""
                                + " password=\"splitter-s3cr3t\";"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(notifications));
            consumer.seekToBeginning(List.of(notifications));
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInSameThread().until(() -> !consumer.poll(
                            Duration.ofMillis(200))
                    .isEmpty());
        }
    }

    @Test
    void shouldLetTheSplitterReadAndNothingElse() throws Exception {
        put(as("uploader"), key("org1", SOURCE));
        list(as("splitter"));
        get(as("splitter"), key("org1", SOURCE));
        assertDenied(() -> put(as("splitter"), key("org1", SOURCE)));
        assertDenied(() -> remove(as("splitter"), key("org1", SOURCE)));
    }

    @Test
    void shouldLetTheIntakeWriteReportsAndPayloadsAndNothingElse() throws Exception {
        put(as("uploader"), "payloads/org1/a.tar.gz");
        get(as("intake"), "payloads/org1/a.tar.gz");
        put(as("intake"), "payloads/org1/b.tar.gz");
        put(as("intake"), key("org1", SOURCE));
        list(as("intake"));
        assertDenied(() -> put(as("intake"), "other/a.parquet"));
        assertDenied(() -> remove(as("intake"), "payloads/org1/a.tar.gz"));
    }

    @Test
    void shouldLetTheUploaderRemoveNothing() throws Exception {
        put(as("uploader"), key("org1", SOURCE));
        list(as("uploader"));
        get(as("uploader"), key("org1", SOURCE));
        assertDenied(() -> remove(as("uploader"), key("org1", SOURCE)));
    }

    @Test
    void shouldLetAnOrganisationUploadItsOwnReportsAndPayloadsAndNothingElse() throws Exception {
        final Properties user = script("uploader.sh", "org1");
        final MinioClient client = as(user);
        put(client, "payloads/org1/a.tar.gz");
        assertDenied(() -> put(client, "payloads/org2/a.tar.gz"));
        assertDenied(() -> put(client, "payloads/org10/a.tar.gz"));
        command(
                Map.of(
                        "store.endpoint",
                        ENDPOINT,
                        "store.access.key",
                        user.getProperty("store.access.key"),
                        "store.secret.key",
                        user.getProperty("store.secret.key")),
                "payload",
                Files.write(directory.resolve("payload.tar.gz"), new byte[1]).toString(),
                "--organisation",
                "org1");
        put(client, key("org1", SOURCE));
        put(client, key("org1", OTHER_SOURCE));
        assertDenied(() -> put(client, key("org2", SOURCE)));
        assertDenied(() -> put(client, key("org10", SOURCE)));
        assertDeniedBesides(client, key("org1", SOURCE));
    }

    @Test
    void shouldLetASourceUploadItsOwnReportsAndNothingElse() throws Exception {
        final MinioClient client = as(script("uploader.sh", "org1", SOURCE));
        // A payload does not say whose it is before it is read.
        assertDenied(() -> put(client, "payloads/org1/a.tar.gz"));
        put(client, key("org1", SOURCE));
        assertDenied(() -> put(client, key("org1", OTHER_SOURCE)));
        assertDenied(() -> put(client, key("org2", SOURCE)));
        assertDeniedBesides(client, key("org1", SOURCE));
    }

    private static void assertDeniedBesides(MinioClient client, String key) {
        assertDenied(() -> get(client, key));
        assertDenied(() -> remove(client, key));
        assertDenied(() -> list(client));
    }
}
