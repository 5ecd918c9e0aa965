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

import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/**
 * The whole over TLS, each service with a user of its own that may do what {@code access.yaml} and {@code roles.sql} say, and
 * with secrets that stand in files.
 */
class SecuredIT {
    @TempDir
    private static Path directory;

    private static SecuredInstallation secured;

    @BeforeAll
    static void start() throws Exception {
        secured = new SecuredInstallation(directory);
    }

    @AfterAll
    static void end() {
        if (secured != null) {
            secured.close();
        }
    }

    private static long rows(String source) {
        return secured.count("reporting_ocpusagelineitem_daily_summary", source, "true");
    }

    @Test
    void shouldDoItAllWithWhatEachServiceIsAllowed() throws Exception {
        final String source = "00000000-0000-4000-8000-500000000001";
        final String date = LocalDate.now(ZoneOffset.UTC).minusDays(2).toString();
        secured.put(key(source, "a.parquet"), pods(date, "shop"));
        eventually("the upload is in the table", () -> rows(source) > 0);
        final Map<String, String> operator = secured.settings("operator", "usage_splitter");
        eventually("it is LOADED", () -> secured.run(operator, "status").out().contains("LOADED"));
        secured.putQuietly(key(source, "b.parquet"), pods(date, "office"));
        final long before = rows(source);
        eventually("what the bucket did not notify of is found", () -> rows(source) > before);
        for (final String name : List.of("a", "b")) {
            secured.remove(key(source, name + ".parquet"));
        }
        eventually("what is removed leaves the table", () -> rows(source) == 0);
        for (final String page : secured.metrics()) {
            assertTrue(page.contains("usage_streams_"), page);
            assertFalse(page.contains("s3cr3t"), "a secret is in the metrics");
        }
    }

    @Test
    void shouldTellOfAndValidateWhatIsLoadedWithWhatEachServiceIsAllowed() throws Exception {
        final String source = "00000000-0000-4000-8000-500000000007";
        secured.put(
                key(source, "a.parquet"),
                pods(LocalDate.now(ZoneOffset.UTC).minusDays(2).toString(), "shop"));
        eventually(
                "validated",
                () -> secured.count("summary_status", source, "validated_revision = revision AND differences = 0") > 0);
        eventually("published", () -> secured.count("day_completion", source, "true") == 0);
        final Settings operator = Settings.of(secured.settings("operator", null));
        final List<String> keys = new ArrayList<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), operator.kafkaClient())) {
            reader.readAll(
                    operator.topics().name(TopicRole.COMPLETIONS), record -> keys.add(new String(record.key(), UTF_8)));
        }
        assertTrue(keys.stream().anyMatch(key -> key.contains(source)), keys.toString());
        denied("usage_validator", "UPDATE usage.summary_status SET revision = 1");
        denied("usage_validator", "DELETE FROM usage.reporting_ocpusagelineitem_daily_summary");
    }

    @Test
    void shouldKeepSecretsOutOfWhatCommandsSay() {
        final Map<String, String> wrong = secured.settings("operator", "usage_splitter");
        wrong.put("splitter.threads", "none");
        for (final SecuredInstallation.Said said : List.of(
                secured.run(wrong, "topics", "diff"),
                secured.run(secured.settings("operator", "usage_sink"), "sink"),
                secured.run(secured.settings("operator", null), "access", "show"))) {
            assertFalse(said.out().isEmpty());
            assertFalse(said.out().contains("s3cr3t"), said.out());
        }
    }

    @Test
    void shouldRefuseWhoIsNotKnownOrNotAllowed() throws Exception {
        final Map<String, Object> wrongPassword =
                new HashMap<>(secured.kafka(new Broker.Administrator("splitter", "guess").jaas()));
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
                secured.kafka(new Broker.Administrator(user, SecuredInstallation.secret(user)).jaas()),
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
        final Map<String, String> untrusting = secured.settings("splitter", null);
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
        final Settings sink = Settings.of(secured.settings("connect", "usage_sink"));
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
        denied("usage_splitter", "DELETE FROM usage.sink_position");
        denied("usage_processor", "DELETE FROM usage.sink_position");
        denied("usage_processor", "SELECT 1 FROM usage.upload_ledger");
        assertThrows(SQLException.class, () -> secured.connectUnencrypted("usage_sink"), "not without TLS");
    }

    private static void denied(String role, String statement) throws SQLException {
        try (Connection connection = PostgresSettings.connect(Settings.of(secured.settings("operator", role)));
                Statement forbidden = connection.createStatement()) {
            final SQLException e = assertThrows(SQLException.class, () -> forbidden.execute(statement));
            assertEquals("42501", e.getSQLState(), role + ": " + statement + ": " + e.getMessage());
        }
    }
}
