package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.instance.WebSite.Ask;

class SortTest {
    private final ArrayNode rows = SystemState.JSON.createArrayNode();

    private static Sort sort(String asked) {
        return Sort.of(new Ask("/", Map.of("sort", asked)), Sort.DATA).orElseThrow();
    }

    @Test
    void shouldPutWhatIsMissingLastInBothDirections() {
        rows.addObject().put("name", "none");
        rows.addObject().put("name", "small").put("rows", 9);
        rows.addObject().put("name", "large").put("rows", 10);
        rows.addObject().put("name", "null").putNull("rows");
        assertThat(sort("rows").sorted(rows).findValuesAsText("name"))
                .containsExactly("small", "large", "none", "null");
        assertThat(sort("-rows").sorted(rows).findValuesAsText("name"))
                .containsExactly("large", "small", "none", "null");
    }

    @Test
    void shouldRefuseOtherColumns() {
        assertThatThrownBy(() -> sort("uuid; DROP TABLE x")).isInstanceOf(Refusal.class);
        assertThat(Sort.of(new Ask("/", Map.of()), Sort.DATA)).isEmpty();
    }

    @Test
    void shouldTurnTheDirectionOfAColumnThatIsSorted() {
        assertThat(Sort.next("", "rows")).isEqualTo("-rows");
        assertThat(Sort.next("-rows", "rows")).isEqualTo("rows");
        assertThat(Sort.aria("-rows", "rows")).isEqualTo("descending");
        assertThat(Sort.aria("-rows", "name")).isNull();
        assertThat(Sort.arrow("rows", "rows")).isEqualTo(" ↑");
    }
}
