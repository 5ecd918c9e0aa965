package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ChartTest {
    private final ObjectNode screen =
            SystemState.JSON.createObjectNode().put("resource", "cpu").put("by", "namespace");

    private ObjectNode sum(String date, String name) {
        return screen.withArray("sums").addObject().put("usage_date", date).put("name", name);
    }

    @Test
    void shouldStackTheLargestNamesAndPutTheOthersTogether() {
        for (int i = 0; i < 10; i++) {
            sum("2025-11-03", "n" + i).put("cpu_usage", 10 - i);
        }
        final Chart.Charts all = Chart.all(screen);
        assertThat(all.series())
                .extracting(Chart.Series::name)
                .containsExactly("n0", "n1", "n2", "n3", "n4", "n5", "n6", "all others");
        assertThat(all.charts()).hasSize(1);
        assertThat(all.charts().get(0).highest()).isEqualTo("55.000");
        assertThat(all.charts().get(0).bars())
                .hasSize(8)
                .last()
                .extracting(Chart.Bar::y)
                .isEqualTo("0.0");
    }

    @Test
    void shouldDrawEachMeasureOfWhichThereIsAnAmountInTheSameColours() {
        sum("2025-11-03", "a").put("cpu_usage", 1).put("cpu_request", 5).put("cpu_effective", 5);
        sum("2025-11-03", "b").put("cpu_usage", 3).put("cpu_request", 2).put("cpu_effective", 3);
        sum("2025-11-03", "Worker unallocated").put("cpu_unallocated", 2).putNull("cpu_usage");
        screen.putArray("capacities")
                .addObject()
                .put("usage_date", "2025-11-03")
                .put("cpu_capacity", 10);
        final Chart.Charts all = Chart.all(screen);
        assertThat(all.charts())
                .extracting(Chart::title)
                .containsExactly("Used", "Requested", "Effective", "Unallocated", "Capacity of all nodes");
        assertThat(all.series())
                .extracting(Chart.Series::name)
                .containsExactly("a", "b", "Worker unallocated", "all others");
        assertThat(all.charts().get(0).bars()).extracting(Chart.Bar::series).containsExactly(0, 1);
        assertThat(all.charts().get(3).bars()).extracting(Chart.Bar::series).containsExactly(2);
    }

    @Test
    void shouldStackCapacitiesOfNodesByName() {
        sum("2025-11-03", "n1").put("cpu_usage", 1).put("cpu_capacity", 8);
        sum("2025-11-04", "n2").put("cpu_usage", 1).put("cpu_capacity", 16);
        assertThat(Chart.all(screen).charts())
                .extracting(Chart::title, Chart::highest)
                .containsExactly(tuple("Used", "1.000"), tuple("Capacity", "16.000"));
    }

    @Test
    void shouldDrawNothingOfAnUnknownResource() {
        sum("2025-11-03", "n1").put("cpu_usage", 1);
        screen.put("resource", "\"><script>");
        assertThat(Chart.all(screen).charts()).isEmpty();
    }
}
