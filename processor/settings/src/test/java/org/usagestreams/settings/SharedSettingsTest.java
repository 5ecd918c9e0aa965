package org.usagestreams.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process without splitter, processor and PostgreSQL on its class path. */
class SharedSettingsTest {
    @Test
    void shouldIgnoreSettingsOfModulesThatTheProcessIsWithout() {
        final Settings settings =
                Settings.of(Map.of("summary.threads", "3", "splitter.threads", "2", "postgres.url", "x"));
        assertThat(settings.text("summary.application.id")).isEqualTo("usage-summary");
    }

    @Test
    void shouldRefuseNamesThatNoModuleHas() {
        assertThatThrownBy(() -> Settings.of(Map.of("topics.partition", "3")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("topics.partition: there is no such setting. Did you mean topics.partitions?");
    }

    @Test
    void shouldIgnoreVariablesOfModulesThatTheProcessIsWithout() {
        final Settings settings =
                Settings.load(null, Map.of("USAGE_SUMMARY_THREADS", "3", "USAGE_TOPICS_PARTITIONS", "4"), Map.of());
        assertThat(settings.integer("topics.partitions")).isEqualTo(4);
    }

    @Test
    void shouldRefuseVariablesThatNoModuleHas() {
        assertThatThrownBy(() -> Settings.load(null, Map.of("USAGE_TOPICS_PARTITION", "3"), Map.of()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("USAGE_TOPICS_PARTITION");
    }
}
