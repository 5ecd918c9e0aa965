package org.usagestreams.operations.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.settings.Settings;

class SinksTest {
    private final Sinks sinks =
            new Sinks(Settings.of(Map.of("postgres.table", "the_table", "postgres.password", "s3cr3t")));

    @Test
    void shouldFillDefinitionsInFromTheSettings() {
        assertThat(sinks.all()).hasSameSizeAs(SinkDefinition.SINKS);
        assertThat(sinks.get("daily-summary").config()).containsValue("s3cr3t");
    }

    @Test
    void shouldGiveTheStatementsThatAreWanted() {
        final List<SinkDefinition> summary = List.of(sinks.get("daily-summary"));
        assertThat(Sinks.statements(summary, true, false)).contains("the_table").doesNotContain("CREATE ROLE");
        assertThat(Sinks.statements(summary, false, true)).contains("CREATE ROLE");
        assertThat(Sinks.statements(summary, true, true))
                .isEqualTo(Sinks.statements(summary, true, false) + Sinks.statements(summary, false, true));
    }
}
