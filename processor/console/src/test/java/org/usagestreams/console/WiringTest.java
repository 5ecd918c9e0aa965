package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class WiringTest {
    private static final String DESCRIPTION = """
            Topologies:
               Sub-topology: 0
                Source: chunk-source (topics: [usage.chunks])
                  --> chunk-table
                Processor: chunk-table (stores: [chunks, reading])
                  --> day-summary
                  <-- chunk-source
                Source: retraction-source (topics: [usage.retractions, other])
                  --> retract
                Processor: retract (stores: [])
                  --> day-summary, foreign-sink
                  <-- retraction-source
                Processor: day-summary (stores: [days])
                  --> summary-sink
                  <-- chunk-table, retract
                Sink: foreign-sink (topic: usage.dead-letters)
                  <-- retract
                Sink: summary-sink (topic: usage.summary)
                  <-- day-summary

              Sub-topology: 1
                Source: object-source (topics: [usage.objects])
                  --> none
            """;

    private static JsonNode json(Wiring.Sub sub) {
        return SystemState.JSON.valueToTree(sub);
    }

    @Test
    void shouldReadADescription() {
        final List<Wiring.Sub> subs = Wiring.parse(DESCRIPTION);
        assertThat(subs).extracting(Wiring.Sub::id).containsExactly(0, 1);
        assertThat(subs.get(0).nodes())
                .contains(
                        new Wiring.Node(
                                "processor",
                                "chunk-table",
                                List.of(),
                                List.of("chunks", "reading"),
                                List.of("day-summary")),
                        new Wiring.Node(
                                "source",
                                "retraction-source",
                                List.of("usage.retractions", "other"),
                                List.of(),
                                List.of("retract")),
                        new Wiring.Node("sink", "summary-sink", List.of("usage.summary"), List.of(), List.of()));
        assertThat(subs.get(1).nodes().get(0).next()).isEmpty();
        assertThat(Wiring.parse("")).isEmpty();
        assertThat(Wiring.parse("something else")).isEmpty();
    }

    @Test
    void shouldDrawSourcesOnTheLeftAndEachNodeRightOfThoseBeforeIt() {
        final WiringDrawing drawing =
                WiringDrawing.of(json(Wiring.parse(DESCRIPTION).get(0)));
        assertThat(drawing.boxes())
                .hasSize(7)
                .allMatch(box -> box.x() + WiringDrawing.BOX_WIDTH <= drawing.width()
                        && box.y() + WiringDrawing.BOX_HEIGHT <= drawing.height());
        assertThat(drawing.lines()).hasSize(6);
        assertThat(x(drawing, "usage.chunks")).isLessThan(x(drawing, "chunk-table"));
        assertThat(x(drawing, "chunk-table")).isLessThan(x(drawing, "day-summary"));
        assertThat(x(drawing, "day-summary")).isLessThan(x(drawing, "usage.summary"));
        assertThat(drawing.boxes().stream().map(box -> box.x() + "," + box.y()).distinct())
                .as("no box lies on another")
                .hasSize(7);
    }

    @Test
    void shouldEndWhereATextHasACycle() {
        final String cycle = "Sub-topology: 0\nProcessor: a (stores: [])\n--> b\nProcessor: b (stores: [])\n--> a";
        assertThat(WiringDrawing.of(json(Wiring.parse(cycle).get(0))).boxes()).hasSize(2);
    }

    private static int x(WiringDrawing drawing, String title) {
        return drawing.boxes().stream()
                .filter(box -> title.equals(box.title()))
                .findFirst()
                .orElseThrow()
                .x();
    }
}
