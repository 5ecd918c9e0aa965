package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.instance.WebSite.Ask;

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
    void shouldShowSmallRatesWithADigitAndUnknownOnesAsADash() {
        final ObjectNode rates =
                SystemState.JSON.createObjectNode().put("read", 1234.56).put("loaded", 0.25);
        assertThat(Show.rate(rates, "read")).isEqualTo("1\u202f235");
        assertThat(Show.rate(rates, "loaded")).isEqualTo("0.3");
        assertThat(Show.rate(rates, "published")).isEqualTo("–");
    }

    @Test
    void shouldShowTheFirstRowsOfMany() {
        final ArrayNode rows = SystemState.JSON.createArrayNode().add(1).add(2).add(3);
        assertThat(Show.first(rows, 2)).hasSize(2);
        assertThat(Show.first(rows, 9)).hasSize(3);
    }

    @Test
    void shouldChangeOneParameterAndBeginAtTheFirstPage() {
        final Ask ask = new Ask("/files", Map.of("object", "a&b", "sort", "x", "after_key", "k"));
        assertThat(Show.with(ask, "sort", "-size_bytes")).isEqualTo("/files?object=a%26b&sort=-size_bytes");
    }
}
