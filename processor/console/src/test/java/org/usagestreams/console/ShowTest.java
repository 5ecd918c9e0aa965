package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ShowTest {
    @Test
    void shouldMakeOneArgumentOfAHostileName() {
        assertThat(Show.argument("a'; rm -rf ~ #\n")).isEqualTo("'a'\\''; rm -rf ~ #?'");
    }

    @Test
    void shouldShowTimesInUtcAndWhatIsMissingAsADash() {
        final ObjectNode entry = SystemState.JSON.createObjectNode().put("at", "2025-11-03T10:00:00.5+02:00");
        assertThat(Show.time(entry, "at")).isEqualTo("2025-11-03 08:00:00");
        assertThat(Show.time(entry, "loaded_at")).isEqualTo("–");
        assertThat(Show.number(entry, "rows")).isEqualTo("–");
    }

    @Test
    void shouldNameAFileByTheLastPartOfItsKey() {
        assertThat(Show.name("a/b.parquet")).isEqualTo("b.parquet");
        assertThat(Show.name("a/b/")).isEqualTo("a/b/");
    }

    @Test
    void shouldStackTheLargestNamesAndPutTheOthersTogether() {
        final ObjectNode screen = SystemState.JSON.createObjectNode();
        for (int i = 0; i < 10; i++) {
            screen.withArray("sums")
                    .addObject()
                    .put("usage_date", "2025-11-03")
                    .put("name", "n" + i)
                    .put("cpu_usage", 10 - i);
        }
        final Chart chart = Chart.of(screen.path("sums"), "cpu_usage");
        assertThat(chart.series())
                .extracting(Chart.Series::name)
                .containsExactly("n0", "n1", "n2", "n3", "n4", "n5", "n6", "all others");
        assertThat(chart.highest()).isEqualTo("55.000");
        assertThat(chart.bars()).hasSize(8).last().extracting(Chart.Bar::y).isEqualTo("0.0");
    }
}
