package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.sink.Sinks;
import org.usagestreams.settings.Settings;

class DriftTest {
    private static final SinkDefinition SINK =
            new Sinks(Settings.of(Map.of("postgres.password", "s3cr3t"))).all().get(0);

    private static ArrayNode differences(Map<String, String> actual) {
        final ArrayNode found = SystemState.JSON.createArrayNode();
        Drift.compare(SINK, actual, found);
        return found;
    }

    @Test
    void shouldFindNoDifferenceInWhatIsShippedWhoeverTheSinkIsInPostgres() {
        final Map<String, String> actual = new HashMap<>(SINK.config());
        actual.put("connection.username", "usage_sink");
        actual.put("connection.password", "other");
        assertThat(differences(actual)).isEmpty();
    }

    @Test
    void shouldNameWhatIsMissingAndWhatIsAnotherWithoutSecrets() {
        final Map<String, String> actual = new HashMap<>(SINK.config());
        actual.put("tasks.max", "7");
        actual.remove("table.name");
        final String said = differences(actual).toString();
        assertThat(said)
                .contains(SINK.name(), "tasks.max is 7, not 2", "table.name is missing")
                .doesNotContain("s3cr3t");
    }
}
