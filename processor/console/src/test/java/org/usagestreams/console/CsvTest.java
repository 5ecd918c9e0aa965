package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void shouldQuoteTextsAndDisarmFormulas() {
        final ArrayNode rows = SystemState.JSON.createArrayNode();
        rows.addObject().put("name", "=HYPERLINK(\"x\")").put("rows", 3).putNull("cpu_usage");
        assertThat(Csv.of(rows)).isEqualTo("name,rows,cpu_usage\r\n\"'=HYPERLINK(\"\"x\"\")\",3,\r\n");
    }

    @Test
    void shouldBeEmptyWithoutRows() {
        assertThat(Csv.of(SystemState.JSON.createArrayNode())).isEmpty();
    }
}
