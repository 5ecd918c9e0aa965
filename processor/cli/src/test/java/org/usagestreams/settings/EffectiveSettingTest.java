package org.usagestreams.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveSettingTest {
    @TempDir
    private Path directory;

    private static Map<String, EffectiveSetting> of(Settings settings) {
        return EffectiveSetting.of(settings).stream()
                .collect(Collectors.toMap(EffectiveSetting::name, Function.identity()));
    }

    @Test
    void shouldTellWhereEachValueIsFrom() throws IOException {
        final Path file = Files.writeString(
                directory.resolve("usage.properties"),
                "store.bucket=from-file\nsummary.threads=2\ntopics.partitions=3\nkafka.client.rack=one");
        final Map<String, EffectiveSetting> settings =
                of(Settings.load(file, Map.of("USAGE_SUMMARY_THREADS", "3"), Map.of("topics.partitions", "6"))
                        .with(Map.of("summary.instance.id", "i")));
        assertThat(settings.get("store.bucket"))
                .extracting(EffectiveSetting::value, EffectiveSetting::origin)
                .containsExactly("from-file", "file " + file);
        assertThat(settings.get("summary.threads"))
                .extracting(EffectiveSetting::value, EffectiveSetting::origin)
                .containsExactly("3", "environment variable USAGE_SUMMARY_THREADS");
        assertThat(settings.get("topics.partitions"))
                .extracting(EffectiveSetting::value, EffectiveSetting::origin)
                .containsExactly("6", "command line");
        assertThat(settings.get("summary.instance.id"))
                .extracting(EffectiveSetting::value, EffectiveSetting::origin)
                .containsExactly("i", "program");
        assertThat(settings.get("kafka.client.rack"))
                .extracting(EffectiveSetting::value, EffectiveSetting::origin)
                .containsExactly("one", "file " + file);
        assertThat(settings.get("http.connections").origin()).isEqualTo("default");
        assertThat(settings.get("http.connections").about()).isNotEmpty();
    }

    @Test
    void shouldShowNoSecretHoweverItWasGiven() throws IOException {
        final Path secret = Files.writeString(directory.resolve("password"), "hush-1");
        final Map<String, EffectiveSetting> settings = of(Settings.of(Map.of(
                "postgres.password", "${directory:" + directory + ":password}",
                "http.token", "hush-2",
                "kafka.sasl.jaas.config", "hush-3 required;",
                "kafka.producer.ssl.key.password", "hush-4",
                "console.docs.url", "https://anna:hush-5@docs.example/?api_key=hush-6&a=b")));
        assertThat(settings.values().toString()).doesNotContain("hush");
        assertThat(settings.get("postgres.password"))
                .extracting(EffectiveSetting::value, EffectiveSetting::reference, EffectiveSetting::secret)
                .containsExactly(EffectiveSetting.MASK, "${directory:" + directory + ":password}", true);
        assertThat(settings.get("http.token"))
                .extracting(EffectiveSetting::value, EffectiveSetting::reference)
                .containsExactly(EffectiveSetting.MASK, "");
        assertThat(settings.get("http.tls.key.password").value()).isEmpty();
        assertThat(settings.get("console.docs.url").value()).contains("docs.example", "a=b");
        assertThat(secret).exists();
    }

    @Test
    void shouldShowOfASecretTheReferenceOnly() {
        final Map<String, EffectiveSetting> settings = of(Settings.of(Map.of("http.token", "hush-${env:PATH}")));
        assertThat(settings.get("http.token").reference()).isEqualTo("${env:PATH}");
    }
}
