package org.usagestreams.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.Column;

class LabelSetsTest {
    @Test
    void shouldParseEachDistinctTextOnce() {
        final List<String> parsed = new ArrayList<>();
        final LabelSets sets = new LabelSets(
                text -> {
                    parsed.add(text);
                    return Labels.of(Map.of("app", text.strip()));
                },
                Set.of("app"),
                new DayBudget(DayLimits.DEFAULTS));
        final Column.Text first = new Column.Text(new String[] {"web", "api"}, new int[] {1, 2, 1, 0});
        final Column.Text second = new Column.Text(new String[] {"api", " web", "web"}, new int[] {3, 1, 2});
        assertArrayEquals(new int[] {0, 1, 2}, sets.translate(first));
        assertArrayEquals(new int[] {0, 2, 1, 1}, sets.translate(second), "equal labels are one set, however written");
        assertEquals(List.of("web", "api", " web"), parsed);
    }

    @Test
    void shouldKeepEachKeyAndValueOnce() {
        final LabelSets sets = new LabelSets(
                text -> Labels.of(Map.of("app", "web-".repeat(2), "pod", text)),
                Set.of("app", "pod"),
                new DayBudget(DayLimits.DEFAULTS));
        assertSame(
                sets.get(sets.idOfText("a")).get("app"),
                sets.get(sets.idOfText("b")).get("app"));
        assertEquals(Labels.of(Map.of("app", "web-web-", "pod", "b")), sets.get(sets.idOfText("b")));
    }
}
