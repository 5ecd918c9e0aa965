package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.testkit.RandomReports.pods;

import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.service.processor.ProcessorInstance;
import org.usagestreams.service.splitter.SplitterInstance;
import org.usagestreams.service.validator.ValidatorInstance;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine;

/**
 * The whole over TLS, each service with a user of its own that may do what {@code access.yaml} and {@code roles.sql} say, and
 * with secrets that stand in files.
 */
class SecuredIT {
    private static final String ACCESS_KEY = "secured-access";
    private static final String SECRET_KEY = "secured-secret";
    private static final List<String> USERS =
            List.of("bucket", "splitter", "processor", "validator", "connect", "operator");
    private static final Deque<AutoCloseable> PARTS = new ArrayDeque<>();
    private static final Broker.Administrator ADMINISTRATOR = new Broker.Administrator("root", "root-s3cr3t");

    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static Path secrets;
    private static int kafkaPort;
    private static int postgresPort;
    private static Postgres postgres;
    private static MinioClient client;
    private static volatile boolean notifying = true;

    private static <T extends AutoCloseable> T add(T part) {
        PARTS.push(part);
        return part;
    }

    @BeforeAll
    static void start() throws Exception {
        certificates = Certificates.make(directory.resolve("certificates"));
        secrets = Files.createDirectories(directory.resolve("secrets"));
        for (final String user : USERS) {
            Files.writeString(secrets.resolve("kafka-" + user), secret(user));
        }
        Files.writeString(secrets.resolve("store-key"), SECRET_KEY);
        Files.writeString(secrets.resolve("postgres-usage_sink"), secret("usage_sink"));
        Files.writeString(secrets.resolve("postgres-usage_splitter"), secret("usage_splitter"));
        Files.writeString(secrets.resolve("postgres-usage_processor"), secret("usage_processor"));
        Files.writeString(secrets.resolve("postgres-usage_validator"), secret("usage_validator"));
        startBroker();
        startPostgres();
        assertEquals(0, run(administrator(), "topics", "apply").code());
        assertEquals(0, run(administrator(), "access", "apply").code());
        assertEquals(
                0, run(administrator(), "sink", "--sql", "--roles", "--create").code());
        postgres.execute("ALTER ROLE usage_sink PASSWORD '" + secret("usage_sink") + "'");
        postgres.execute("ALTER ROLE usage_splitter PASSWORD '" + secret("usage_splitter") + "'");
        postgres.execute("ALTER ROLE usage_processor PASSWORD '" + secret("usage_processor") + "'");
        postgres.execute("ALTER ROLE usage_validator PASSWORD '" + secret("usage_validator") + "'");
        startStore();
        final Settings connect = Settings.of(settings("connect", "usage_sink"));
        add(ConnectWorker.start(
                directory.resolve("connect"),
                connect.kafkaClient(),
                Ports.free(),
                ClusterSetup.connectors(ClusterSetup.sinks(connect))));
        add(SplitterInstance.start(Settings.of(settings("splitter", "usage_splitter"))));
        add(ProcessorInstance.start(Settings.of(settings("processor", "usage_processor"))));
        final Map<String, String> validator = settings("validator", "usage_validator");
        validator.put("validation.delay.ms", "0");
        validator.put("validation.share", "1");
        validator.put("validation.dir", directory.resolve("validation").toString());
        validator.put("validator.http.port", "0");
        validator.put("validator.health.port", "0");
        add(ValidatorInstance.start(Settings.of(validator)));
    }

    private static void startBroker() throws Exception {
        kafkaPort = Ports.free();
        add(Broker.startSecured(
                directory.resolve("kafka"),
                kafkaPort,
                Map.of(
                        "ssl.keystore.location",
                        certificates.keyStore().toString(),
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.password",
                        Certificates.PASSWORD,
                        "ssl.truststore.location",
                        certificates.authority().toString(),
                        "ssl.truststore.type",
                        "PEM"),
                ADMINISTRATOR));
        final List<UserScramCredentialAlteration> users = new ArrayList<>();
        USERS.forEach(user -> users.add(new UserScramCredentialUpsertion(
                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), secret(user))));
        try (Admin admin = Admin.create(kafka(ADMINISTRATOR.jaas()))) {
            admin.alterUserScramCredentials(users).all().get();
        }
    }

    private static void startPostgres() throws Exception {
        postgresPort = Ports.free();
        final Path hosts = directory.resolve("pg_hba.conf");
        Files.writeString(hosts, """
                local all all trust
                host all postgres 127.0.0.1/32 trust
                hostssl all all 127.0.0.1/32 scram-sha-256
                """);
        postgres = add(Postgres.start(
                Files.createDirectories(directory.resolve("postgres")),
                postgresPort,
                null,
                Map.of(
                        "ssl", "on",
                        "ssl_cert_file", certificates.certificate().toString(),
                        "ssl_key_file", certificates.key().toString(),
                        "hba_file", hosts.toString())));
    }

    private static void startStore() throws Exception {
        final Settings bucket = Settings.of(settings("bucket", null));
        final NotificationSender sender =
                add(new NotificationSender(bucket.kafkaClient(), bucket.topics().name(TopicRole.NOTIFICATIONS)));
        final int port = Integer.parseInt(STORE.substring(STORE.lastIndexOf(':') + 1));
        add(S3Endpoint.start(
                directory.resolve("s3"),
                port,
                ACCESS_KEY,
                SECRET_KEY,
                new S3Endpoint.KeyStore(certificates.keyStore(), Certificates.PASSWORD),
                notification -> {
                    if (notifying) {
                        sender.send(notification);
                    }
                }));
        client = ClusterSetup.bucket(bucket);
    }

    private static final String STORE = "https://127.0.0.1:" + Ports.free();

    private static String secret(String user) {
        return user + "-s3cr3t";
    }

    private static String reference(String name) {
        return "${directory:" + secrets + ":" + name + "}";
    }

    private static Map<String, Object> kafka(String jaas) {
        return Map.of(
                "bootstrap.servers",
                "localhost:" + kafkaPort,
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                Broker.SCRAM,
                "sasl.jaas.config",
                jaas,
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificates.authority().toString());
    }

    /** Settings of a service that comes as this user, and to PostgreSQL as that one, if not null. */
    private static Map<String, String> settings(String user, String role) {
        final Map<String, String> settings = new HashMap<>();
        kafka("org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + reference("kafka-" + user) + "\";")
                .forEach((name, value) -> settings.put("kafka." + name, value.toString()));
        settings.put("topics.partitions", "4");
        settings.put("store.endpoint", STORE);
        settings.put("store.ca.file", certificates.authority().toString());
        settings.put("store.access.key", ACCESS_KEY);
        settings.put("store.secret.key", reference("store-key"));
        settings.put("splitter.http.port", "0");
        settings.put("summary.http.port", "0");
        settings.put("splitter.health.port", "0");
        settings.put("summary.health.port", "0");
        settings.put("http.token", "token-s3cr3t");
        settings.put("summary.state.dir", directory.resolve("state").toString());
        settings.put("splitter.instance.dir", directory.resolve("splitter").toString());
        settings.put("reconcile.interval.ms", "1000");
        settings.put("reconcile.grace.ms", "0");
        settings.put(
                "postgres.url",
                "jdbc:postgresql://localhost:" + postgresPort + "/" + Postgres.DATABASE
                        + "?sslmode=verify-full&sslrootcert=" + certificates.authority());
        if (role != null) {
            settings.put("postgres.user", role);
            settings.put("postgres.password", reference("postgres-" + role));
        }
        return settings;
    }

    private static Map<String, String> administrator() {
        final Map<String, String> settings = settings("operator", null);
        settings.put("kafka.sasl.jaas.config", ADMINISTRATOR.jaas());
        settings.put("postgres.user", Postgres.USER);
        return settings;
    }

    private record Said(int code, String out) {}

    private static Said run(Map<String, String> settings, String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        settings.forEach((name, value) -> all.addAll(List.of("-s", name + "=" + value)));
        final StringWriter out = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        return new Said(line.execute(all.toArray(String[]::new)), out.toString());
    }

    @AfterAll
    static void end() throws Exception {
        while (!PARTS.isEmpty()) {
            PARTS.pop().close();
        }
    }

    private static void put(String key, byte[] bytes) throws Exception {
        client.putObject(PutObjectArgs.builder().bucket("usage-reports").object(key).stream(
                        new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                .build());
    }

    private static long rows(String source) {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*) FROM usage.reporting_ocpusagelineitem_daily_summary WHERE source_uuid = '"
                                + source + "'")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldDoItAllWithWhatEachServiceIsAllowed() throws Exception {
        final String source = "00000000-0000-4000-8000-500000000001";
        final String date = LocalDate.now(ZoneOffset.UTC).minusDays(2).toString();
        put(key(source, "a.parquet"), pods(date, "shop"));
        eventually("the upload is in the table", () -> rows(source) > 0);
        final Map<String, String> operator = settings("operator", "usage_splitter");
        eventually("it is LOADED", () -> run(operator, "status").out().contains("LOADED"));
        notifying = false;
        put(key(source, "b.parquet"), pods(date, "office"));
        notifying = true;
        final long before = rows(source);
        eventually("what the bucket did not notify of is found", () -> rows(source) > before);
        for (final String name : List.of("a", "b")) {
            client.removeObject(RemoveObjectArgs.builder()
                    .bucket("usage-reports")
                    .object(key(source, name + ".parquet"))
                    .build());
        }
        eventually("what is removed leaves the table", () -> rows(source) == 0);
        for (final String state : List.of("state", "splitter")) {
            final HttpInterface.Address address = HttpInterface.Address.read(
                    directory.resolve(state).resolve("instance-0").resolve(HttpInterface.FILE));
            final String page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.url() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            assertTrue(page.contains("usage_streams_"), page);
            assertFalse(page.contains("s3cr3t"), "a secret is in the metrics");
        }
    }

    @Test
    void shouldTellOfAndValidateWhatIsLoadedWithWhatEachServiceIsAllowed() throws Exception {
        final String source = "00000000-0000-4000-8000-500000000007";
        put(
                key(source, "a.parquet"),
                pods(LocalDate.now(ZoneOffset.UTC).minusDays(2).toString(), "shop"));
        eventually(
                "validated",
                () -> count("summary_status", source, "validated_revision = revision AND differences = 0") > 0);
        eventually("published", () -> count("day_completion", source, "true") == 0);
        final Settings operator = Settings.of(settings("operator", null));
        final List<String> keys = new ArrayList<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), operator.kafkaClient())) {
            reader.readAll(
                    operator.topics().name(TopicRole.COMPLETIONS), record -> keys.add(new String(record.key(), UTF_8)));
        }
        assertTrue(keys.stream().anyMatch(key -> key.contains(source)), keys.toString());
        denied("usage_validator", "UPDATE usage.summary_status SET revision = 1");
        denied("usage_validator", "DELETE FROM usage.reporting_ocpusagelineitem_daily_summary");
    }

    private static long count(String table, String source, String condition) {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM usage." + table + " WHERE source_uuid = '"
                        + source + "' AND " + condition)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldKeepSecretsOutOfWhatCommandsSay() {
        final Map<String, String> wrong = settings("operator", "usage_splitter");
        wrong.put("splitter.threads", "none");
        for (final Said said : List.of(
                run(wrong, "topics", "diff"),
                run(settings("operator", "usage_sink"), "sink"),
                run(settings("operator", null), "access", "show"))) {
            assertFalse(said.out().isEmpty());
            assertFalse(said.out().contains("s3cr3t"), said.out());
        }
    }

    @Test
    void shouldRefuseWhoIsNotKnownOrNotAllowed() throws Exception {
        final Map<String, Object> wrongPassword =
                new HashMap<>(kafka(new Broker.Administrator("splitter", "guess").jaas()));
        try (Admin admin = Admin.create(wrongPassword)) {
            final ExecutionException e = assertThrows(
                    ExecutionException.class, () -> admin.listTopics().names().get());
            assertInstanceOf(SaslAuthenticationException.class, e.getCause());
        }
        assertRefused("splitter", TopicRole.SUMMARY);
    }

    @Test
    void shouldKeepTheBucketFromWritingMarksAndOursFromSpeakingForTheBucket() {
        assertRefused("bucket", TopicRole.MARKED_NOTIFICATIONS);
        assertRefused("splitter", TopicRole.NOTIFICATIONS);
        assertRefused("processor", TopicRole.NOTIFICATIONS);
    }

    private static void assertRefused(String user, TopicRole topic) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka(new Broker.Administrator(user, secret(user)).jaas()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            final ExecutionException e = assertThrows(ExecutionException.class, () -> producer.send(
                            new ProducerRecord<>(Settings.of(Map.of()).topics().name(topic), new byte[0]))
                    .get());
            assertInstanceOf(TopicAuthorizationException.class, e.getCause());
        }
    }

    @Test
    void shouldRefuseAStoreThatShowsACertificateOfNoOneTrusted() {
        final Map<String, String> untrusting = settings("splitter", null);
        untrusting.remove("store.ca.file");
        final Exception e = assertThrows(Exception.class, () -> ClusterSetup.bucket(Settings.of(untrusting)));
        Throwable cause = e;
        while (cause != null && !(cause instanceof CertificateException)) {
            cause = cause.getCause();
        }
        assertInstanceOf(CertificateException.class, cause, e.toString());
    }

    @Test
    void shouldLetTheSinkWriteRowsAndNothingElse() throws Exception {
        final Settings sink = Settings.of(settings("connect", "usage_sink"));
        for (final String forbidden : List.of(
                "CREATE TABLE usage.other (a int)",
                "DROP TABLE usage.upload_ledger",
                "ALTER TABLE usage.upload_ledger ADD COLUMN a int",
                "TRUNCATE usage.upload_ledger")) {
            try (Connection connection = PostgresSettings.connect(sink);
                    Statement statement = connection.createStatement()) {
                final SQLException e = assertThrows(SQLException.class, () -> statement.execute(forbidden));
                assertEquals("42501", e.getSQLState(), forbidden + ": " + e.getMessage());
            }
        }
        denied("usage_splitter", "DELETE FROM usage.upload_ledger");
        denied("usage_splitter", "SELECT 1 FROM usage.sink_position");
        denied("usage_processor", "DELETE FROM usage.sink_position");
        denied("usage_processor", "SELECT 1 FROM usage.upload_ledger");
        assertThrows(
                SQLException.class,
                () -> DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + postgresPort + "/" + Postgres.DATABASE + "?sslmode=disable",
                        "usage_sink",
                        secret("usage_sink")),
                "not without TLS");
    }

    private static void denied(String role, String statement) throws SQLException {
        try (Connection connection = PostgresSettings.connect(Settings.of(settings("operator", role)));
                Statement forbidden = connection.createStatement()) {
            final SQLException e = assertThrows(SQLException.class, () -> forbidden.execute(statement));
            assertEquals("42501", e.getSQLState(), role + ": " + statement + ": " + e.getMessage());
        }
    }
}
