package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;

import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.service.processor.ProcessorInstance;
import org.usagestreams.service.splitter.SplitterInstance;
import org.usagestreams.service.validator.ValidatorInstance;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine;

/**
 * A whole installation over TLS, each service with a user of its own that may do what {@code access.yaml} and {@code roles.sql}
 * say, and with secrets that stand in files and contain {@code s3cr3t}.
 */
final class SecuredInstallation implements AutoCloseable {
    private static final String ACCESS_KEY = "secured-access";
    private static final String SECRET_KEY = "secured-secret";
    private static final Broker.Administrator ADMINISTRATOR = new Broker.Administrator("root", "root-s3cr3t");

    private static final String BUCKET = "usage-reports";

    private final Path directory;
    private final RunningParts parts = new RunningParts();
    private final Certificates certificates;
    private final Path secrets;
    private final String endpoint = "https://127.0.0.1:" + Ports.free();
    private final int kafkaPort = Ports.free();
    private final int postgresPort = Ports.free();
    private Postgres postgres;
    private MinioClient client;
    private volatile boolean notifying = true;

    /** Starts all parts; everything is kept in the folder. */
    SecuredInstallation(Path directory) throws Exception {
        this.directory = directory;
        certificates = Certificates.make(directory.resolve("certificates"));
        secrets = Files.createDirectories(directory.resolve("secrets"));
        try {
            writeSecrets();
            start();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.add(part);
        return part;
    }

    private void writeSecrets() throws IOException {
        for (final String user : KafkaUsers.ALL) {
            Files.writeString(secrets.resolve("kafka-" + user), secret(user));
        }
        Files.writeString(secrets.resolve("store-key"), SECRET_KEY);
        Files.writeString(secrets.resolve("postgres-usage_sink"), secret("usage_sink"));
        Files.writeString(secrets.resolve("postgres-usage_splitter"), secret("usage_splitter"));
        Files.writeString(secrets.resolve("postgres-usage_processor"), secret("usage_processor"));
        Files.writeString(secrets.resolve("postgres-usage_validator"), secret("usage_validator"));
    }

    private void start() throws Exception {
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

    private void startBroker() throws Exception {
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
        KafkaUsers.ALL.forEach(user -> users.add(new UserScramCredentialUpsertion(
                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), secret(user))));
        try (Admin admin = Admin.create(kafka(ADMINISTRATOR.jaas()))) {
            admin.alterUserScramCredentials(users).all().get();
        }
    }

    private void startPostgres() throws Exception {
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

    private void startStore() throws Exception {
        final Settings bucket = Settings.of(settings("bucket", null));
        final NotificationSender sender =
                add(new NotificationSender(bucket.kafkaClient(), bucket.topics().name(TopicRole.NOTIFICATIONS)));
        final int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
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

    static String secret(String user) {
        return user + "-s3cr3t";
    }

    private String reference(String name) {
        return "${directory:" + secrets + ":" + name + "}";
    }

    Map<String, Object> kafka(String jaas) {
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
    Map<String, String> settings(String user, String role) {
        final Map<String, String> settings = new HashMap<>();
        kafka("org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + reference("kafka-" + user) + "\";")
                .forEach((name, value) -> settings.put("kafka." + name, value.toString()));
        settings.put("topics.partitions", "4");
        settings.put("store.endpoint", endpoint);
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

    Map<String, String> administrator() {
        final Map<String, String> settings = settings("operator", null);
        settings.put("kafka.sasl.jaas.config", ADMINISTRATOR.jaas());
        settings.put("postgres.user", Postgres.USER);
        return settings;
    }

    record Said(int code, String out) {}

    Said run(Map<String, String> settings, String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        settings.forEach((name, value) -> all.addAll(List.of("-s", name + "=" + value)));
        final StringWriter out = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        return new Said(line.execute(all.toArray(String[]::new)), out.toString());
    }

    @Override
    public void close() {
        parts.close();
    }

    void put(String key, byte[] bytes) throws Exception {
        client.putObject(PutObjectArgs.builder().bucket(BUCKET).object(key).stream(
                        new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                .build());
    }

    /** The same, and the bucket notifies nobody of it. */
    void putQuietly(String key, byte[] bytes) throws Exception {
        notifying = false;
        put(key, bytes);
        notifying = true;
    }

    void remove(String key) throws Exception {
        client.removeObject(
                RemoveObjectArgs.builder().bucket(BUCKET).object(key).build());
    }

    /** How many rows a table has of a source for which a condition holds. */
    long count(String table, String source, String condition) {
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

    /** A connection that asks for no TLS. */
    Connection connectUnencrypted(String role) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + postgresPort + "/" + Postgres.DATABASE + "?sslmode=disable",
                role,
                secret(role));
    }

    /** The metrics of each service. */
    List<String> metrics() throws Exception {
        final List<String> pages = new ArrayList<>();
        for (final String state : List.of("state", "splitter")) {
            final HttpInterface.Address address = HttpInterface.Address.read(
                    directory.resolve(state).resolve("instance-0").resolve(HttpInterface.FILE));
            pages.add(HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.url() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
        }
        return pages;
    }
}
