package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.rules.DayLimits;
import org.usagestreams.wire.message.ObjectVersion;

/** A day that takes more than it may is summarised without its newest objects, which are set aside; nothing else stops. */
class DayLimitsTopologyTest {
    private static final String DATE = "2025-11-03";

    /** About three objects of {@link #PODS} namespaces each. */
    private static final DayLimits LIMITS = new DayLimits(1 << 20, 250_000);

    private static final int PODS = 400;

    private TopologyHarness harness = new TopologyHarness(TopologySettings.DEFAULTS.withDay(LIMITS));

    @AfterEach
    void close() {
        harness.close();
    }

    private void limitObjects() {
        harness.close();
        harness = new TopologyHarness(TopologySettings.DEFAULTS.withDay(new DayLimits(1 << 20, 250_000, 3)));
    }

    private void put(String object, int second, int namespaces) {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < namespaces; i++) {
            rows.add(Pods.pod(DATE, second % 24, object + "-" + i, "pod"));
        }
        final ObjectVersion version = Pods.version(object, second);
        // As the splitter commits both at once, its word comes before that of the day.
        Pods.split(harness, version, DATE);
        Pods.put(harness, Pods.limits(1_000), version, Pods.file(rows));
        harness.settle();
    }

    private String ledger(String object) {
        return harness.ledger.values().stream()
                .filter(entry -> entry != null && entry.contains("/" + object + "\""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldSetOnlyTheObjectAsideThatIsTooMuchByItself() {
        put("first", 1, 1);
        put("second", 2, 1);
        final Map<String, byte[]> before = new TreeMap<>(harness.table);
        put("huge", 3, 20 * PODS);
        assertThat(harness.table).isEqualTo(before);
        assertThat(harness.deadLetters).singleElement().satisfies(deadLetter -> assertThat(deadLetter)
                .contains("SUMMARISE", "huge", "the day was summarised without the object", "summary.day.bytes"));
        assertThat(ledger("huge")).contains("FAILED", "summary.day.bytes");
        put("later", 4, 1);
        assertThat(harness.table).hasSize(before.size() + 1);
        assertThat(ledger("later")).contains("COUNTED");
        assertThat(harness.deadLetters).as("told once").hasSize(1);
    }

    @Test
    void shouldRefuseAFurtherObjectOfADayThatHasAsManyAsItMay() {
        limitObjects();
        for (int i = 1; i <= 3; i++) {
            put("object-" + i, i, 1);
        }
        final Map<String, byte[]> before = new TreeMap<>(harness.table);
        put("object-4", 4, 1);
        assertThat(harness.table).isEqualTo(before);
        assertThat(harness.deadLetters).singleElement().satisfies(deadLetter -> assertThat(deadLetter)
                .contains("SUMMARISE", "object-4", "has 3 objects, and may have 3 (setting summary.day.objects)"));
        assertThat(ledger("object-4")).contains("FAILED", "summary.day.objects");
        put("object-2", 5, 2);
        assertThat(harness.table).hasSize(before.size() + 1);
        assertThat(harness.deadLetters).hasSize(1);
        assertThat(ledger("object-3")).contains("COUNTED");
    }

    @Test
    void shouldGoOnCountingTheVersionBeforeTheOneThatIsTooMuch() {
        put("object", 1, 2);
        final Map<String, byte[]> before = new TreeMap<>(harness.table);
        assertThat(before).hasSize(3);
        put("object", 2, 20 * PODS);
        assertThat(harness.table).isEqualTo(before);
        assertThat(harness.deadLetters).hasSize(1);
        put("object", 3, 5);
        assertThat(harness.table).hasSize(6);
    }

    @Test
    void shouldSetTheNewestAsideWhereManyAreTooMuchTogether() {
        for (int i = 1; i <= 10; i++) {
            put("object-" + i, i, PODS);
        }
        assertThat(harness.stores.days().values()).singleElement().satisfies(day -> {
            assertThat(day.getSlices()).isEqualTo(10);
            assertThat(day.getSlicesCounted()).isBetween(5, 7);
        });
        assertThat(ledger("object-1")).contains("COUNTED");
        assertThat(ledger("object-2")).contains("COUNTED");
        assertThat(ledger("object-9")).contains("FAILED");
        assertThat(ledger("object-10")).contains("FAILED");
    }
}
