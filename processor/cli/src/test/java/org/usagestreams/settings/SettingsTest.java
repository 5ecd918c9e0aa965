package org.usagestreams.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void shouldOverrideTheFileByTheEnvironmentAndThatByFlags(@TempDir Path directory) throws IOException {
        final Path file = directory.resolve("settings.properties");
        Files.writeString(
                file,
                "store.bucket=file\nstore.endpoint=http://file\nsummary.threads=3\nkafka.security.protocol=SSL\n");
        final Settings settings = Settings.load(
                file,
                Map.of("USAGE_STORE_ENDPOINT", "http://environment", "USAGE_SUMMARY_THREADS", "4", "PATH", "x"),
                Map.of("summary.threads", "5"));
        assertEquals("file", settings.text("store.bucket"));
        assertEquals("http://environment", settings.text("store.endpoint"));
        assertEquals(5, settings.integer("summary.threads"));
        assertEquals("SSL", settings.kafkaClient().get("security.protocol"));
    }

    @Test
    void shouldTakeSecretsFromFilesAndLeaveReferencesToOthers(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("store-key"), "s3cr3t");
        final String reference = "${directory:" + directory + ":store-key}";
        final Settings settings = Settings.of(Map.of(
                "store.secret.key",
                reference,
                "kafka.sasl.jaas.config",
                "Module required username=\"a\" password=\"" + reference + "\";"));
        assertEquals("s3cr3t", settings.secret("store.secret.key"));
        assertEquals(reference, settings.reference("store.secret.key"));
        assertEquals(
                "Module required username=\"a\" password=\"s3cr3t\";",
                settings.kafkaClient().get("sasl.jaas.config"));
    }

    @Test
    void shouldSayWhichReferenceLeadsNowhereAndNeverTheSecret(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("broken"), "s3cr3t\n");
        final InvalidSettingsException e = assertThrows(
                InvalidSettingsException.class,
                () -> Settings.of(Map.of(
                        "store.secret.key",
                        "${directory:" + directory + ":missing}",
                        "http.token",
                        "${env:NO_SUCH_VARIABLE}",
                        "postgres.password",
                        "${directory:" + directory + ":broken}",
                        "postgres.url",
                        "jdbc:postgresql://db/usage?user=a&password=s3cr3t")));
        assertTrue(e.getMessage().contains("store.secret.key: nothing exists at"), e.getMessage());
        assertTrue(e.getMessage().contains("http.token: nothing exists at"), e.getMessage());
        assertTrue(e.getMessage().contains("line break"), e.getMessage());
        assertTrue(e.getMessage().contains("postgres.url: it contains a password"), e.getMessage());
        assertFalse(e.getMessage().contains("s3cr3t"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a b", "a;DROP TABLE x", "Usage", "1a", "", "a.b", "$x", "${organisation}; x"})
    void shouldRefuseWhatIsNoNameForSql(String name) {
        for (final String setting : new String[] {"postgres.schema", "postgres.status.schema", "postgres.table"}) {
            assertThatThrownBy(() -> Settings.of(Map.of(setting, name)))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageContaining(setting);
        }
    }

    @Test
    void shouldTakeAnOrganisationIntoTheNameOfASchemaOnly() {
        assertThat(Settings.of(Map.of("postgres.schema", "${organisation}")).text("postgres.schema"))
                .isEqualTo("${organisation}");
        assertThatThrownBy(() -> Settings.of(Map.of("postgres.status.schema", "${organisation}")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("postgres.status.schema");
    }

    @Test
    void shouldListAllThatIsWrong() {
        final InvalidSettingsException e = assertThrows(
                InvalidSettingsException.class,
                () -> Settings.of(Map.of("summary.threads", "none", "splitter.threads", "0", "no.such", "1")));
        assertTrue(e.getMessage().contains("summary.threads"), e.getMessage());
        assertTrue(e.getMessage().contains("splitter.threads"), e.getMessage());
        assertTrue(e.getMessage().contains("no.such: there is no such setting"), e.getMessage());
    }

    @Test
    void shouldNameTheVariableThatHoldsNoSetting() {
        final InvalidSettingsException e = assertThrows(
                InvalidSettingsException.class, () -> Settings.load(null, Map.of("USAGE_NO_SUCH", "1"), Map.of()));
        assertTrue(e.getMessage().contains("no.such: there is no such setting (environment variable USAGE_NO_SUCH)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client.id",
                "transactional.id",
                "group.id",
                "group.instance.id",
                "application.id",
                "isolation.level",
                "enable.idempotence",
                "enable.auto.commit",
                "auto.offset.reset",
                "acks",
                "transaction.timeout.ms",
                "group.protocol",
                "partitioner.class",
                "consumer.client.id",
                "main.consumer.group.instance.id",
                "restore.consumer.isolation.level",
                "producer.acks",
                "producer.transactional.id",
                "admin.client.id"
            })
    void shouldRefuseKafkaSettingsThatTheProtocolDependsOn(String name) {
        assertThatThrownBy(() -> Settings.of(Map.of("kafka." + name, "1")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("kafka." + name + ": cannot be set: ");
    }

    @Test
    void shouldRefuseKafkaSettingsThatNoClientKnows() {
        assertThatThrownBy(() -> Settings.of(Map.of(
                        "kafka.bootstrp.servers", "broker:9092", "kafka.frobnicate", "1", "splitter.thread", "2")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("kafka.bootstrp.servers: no client of Kafka has such a property. Did you mean"
                        + " kafka.bootstrap.servers?")
                .hasMessageContaining("kafka.frobnicate: no client of Kafka has such a property")
                .hasMessageContaining("splitter.thread: there is no such setting. Did you mean splitter.threads?");
    }

    @Test
    void shouldTakeKafkaSettingsThatAnyClientKnows() {
        final Settings settings = Settings.of(Map.of(
                "kafka.ssl.truststore.location", "/trust",
                "kafka.sasl.mechanism", "SCRAM-SHA-512",
                "kafka.max.request.size", "2000000",
                "kafka.fetch.max.wait.ms", "10",
                "kafka.consumer.fetch.min.bytes", "2",
                "kafka.rocksdb.config.setter", "x"));
        assertEquals("10", settings.kafkaClient().get("fetch.max.wait.ms"));
    }

    @Test
    void shouldKeepSecretsOutOfTexts() {
        final Settings settings = Settings.of(Map.of("store.secret.key", "hush"));
        assertEquals("hush", settings.secret("store.secret.key"));
        assertThrows(ClassCastException.class, () -> settings.text("store.secret.key"));
    }
}
