package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.usagestreams.rules.DayLimits;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.message.ObjectVersion;

/** A day of many chunks is summarised in turns, between which the thread serves others: by a clock that moves with each chunk. */
class DayTurnsTopologyTest {
    private static final String DAY = "2025-11-03";
    private static final String OTHER_DAY = "2025-11-04";

    /** 20 chunks for 200 line items. */
    private static final SplitLimits CHUNKS = Pods.limits(10);

    /** Three chunks. */
    private static final Duration TURN = Duration.ofMillis(30);

    private static final TopologySettings SETTINGS =
            TopologySettings.DEFAULTS.withPacing(DayPacing.DEFAULTS.withTurn(TURN));

    private final SteppingTime time = new SteppingTime().stepping(Duration.ofMillis(10));
    private TopologyHarness harness = new TopologyHarness(SETTINGS, time);

    @AfterEach
    void close() {
        harness.close();
    }

    private void put(TopologyHarness to, String object, int second, byte[] file) {
        Pods.put(to, CHUNKS, Pods.version(object, second), file);
    }

    /** One punctuation, and how long it took by the clock. */
    private Duration tick() {
        final long before = time.nanoseconds();
        harness.advance(1_000);
        return Duration.ofNanos(time.nanoseconds() - before);
    }

    private static Map<String, String> texts(Map<String, byte[]> table) {
        final Map<String, String> texts = new TreeMap<>();
        table.forEach((key, value) -> texts.put(key, new String(value, StandardCharsets.UTF_8)));
        return texts;
    }

    @Test
    void shouldServeOtherDaysBetweenTheTurnsOfALargeOne() {
        put(harness, "large", 1, Pods.many(200));
        assertThat(tick()).isLessThan(Duration.ofMillis(200));
        put(harness, "small", 2, Pods.onDays(OTHER_DAY));
        assertThat(tick()).isLessThan(Duration.ofMillis(400));
        assertThat(harness.stores.daysWithRows()).singleElement().asString().contains(OTHER_DAY);
        int ticks = 0;
        while (harness.dirtyDays.days() > 0) {
            assertThat(tick()).isLessThan(Duration.ofMillis(400));
            assertThat(ticks++).as("it comes to its end").isLessThan(50);
        }
        assertThat(ticks).isGreaterThan(3);
        assertThat(harness.stores.daysWithRows()).hasSize(2);
        assertThat(harness.unfinished).isEmpty();
    }

    @Test
    void shouldHaveOneUnfinishedDayAtATimeAndFinishAllOfThem() {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            for (final String day : List.of(DAY, OTHER_DAY, "2025-11-05")) {
                rows.add(Pods.pod(day, i % 24, "namespace-" + i % 7, "pod-" + i));
            }
        }
        put(harness, "large", 1, Pods.file(rows));
        settle();
        assertThat(harness.stores.daysWithRows()).hasSize(3);
    }

    private void settle() {
        for (int i = 0; i < 2_000 && harness.dirtyDays.days() > 0; i++) {
            tick();
        }
        assertThat(harness.dirtyDays.days()).isZero();
    }

    @Test
    void shouldSummariseADayAgainThatChangedBetweenItsTurns() {
        put(harness, "large", 1, Pods.many(200));
        tick();
        put(harness, "further", 2, Pods.onDays(DAY));
        settle();
        assertThat(harness.stores.days().values()).singleElement().satisfies(day -> {
            assertThat(day.getRevision())
                    .as("what it was at first, and what it is")
                    .isEqualTo(2);
            assertThat(day.getSlicesCounted()).isEqualTo(2);
        });
        try (TopologyHarness atOnce = new TopologyHarness()) {
            put(atOnce, "large", 1, Pods.many(200));
            put(atOnce, "further", 2, Pods.onDays(DAY));
            atOnce.settle();
            assertThat(texts(harness.table)).isEqualTo(texts(atOnce.table));
        }
    }

    @Test
    void shouldBeginADayAnewWhereAnObjectIsRemovedBetweenItsTurns() {
        final ObjectVersion removed = Pods.version("removed", 1);
        final Map<String, byte[]> chunks = new TreeMap<>();
        Splitting.split(CHUNKS, removed, Pods.many(60)).forEach((key, value) -> chunks.put(key.toString(), value));
        chunks.forEach(harness::chunk);
        // Read first, since it is newer.
        put(harness, "large", 2, Pods.many(200));
        tick();
        chunks.keySet().forEach(key -> harness.chunk(key, null));
        settle();
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.stores.days().values()).singleElement().satisfies(day -> assertThat(day.getSlicesCounted())
                .isEqualTo(1));
        try (TopologyHarness atOnce = new TopologyHarness()) {
            put(atOnce, "large", 2, Pods.many(200));
            atOnce.settle();
            assertThat(texts(harness.table)).isEqualTo(texts(atOnce.table));
        }
    }

    @Test
    void shouldServeOtherDaysWhileItFindsWhatIsTooMuchForADay() {
        useLittleMemory(new DayLimits(1 << 20, 250_000));
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 8_000; i++) {
            rows.add(Pods.pod(DAY, i % 24, "namespace-" + i, "pod"));
        }
        put(harness, "first", 1, Pods.onDays(DAY));
        Pods.put(harness, Pods.limits(100), Pods.version("huge", 3), Pods.file(rows));
        tick();
        put(harness, "small", 4, Pods.onDays(OTHER_DAY));
        tick();
        assertThat(harness.stores.daysWithRows()).singleElement().asString().contains(OTHER_DAY);
        settle();
        assertThat(harness.stores.daysWithRows()).hasSize(2);
        assertThat(harness.deadLetters).singleElement().asString().contains("huge", "summary.day.bytes");
    }

    @Test
    void shouldMakeTheRowsOfADayInTurns() {
        Pods.put(harness, Pods.limits(1_000), Pods.version("large", 1), ofGroups(51_000));
        int ticks = 0;
        while (harness.dirtyDays.days() > 0) {
            // The clock is looked at twice for each row.
            assertThat(tick()).as("a thousand rows").isLessThan(Duration.ofSeconds(30));
            assertThat(ticks++).as("it comes to its end").isLessThan(600);
        }
        assertThat(harness.table).hasSize(51_050);
        assertThat(harness.markers).as("all of them at once").hasSize(1);
        assertThat(harness.unfinished).isEmpty();
    }

    private void useLittleMemory(DayLimits limits) {
        harness.close();
        harness = new TopologyHarness(SETTINGS.withDay(limits), time);
    }

    /** That many groups on 50 nodes, in 60 chunks for 600. */
    private static byte[] ofGroups(int count) {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(ReportRow.pod()
                    .start(DAY, i % 24)
                    .node("node-" + i % 50)
                    .namespace("namespace-" + i)
                    .pod("pod-" + i)
                    .cpu(0.1 * i)
                    .values());
        }
        return Pods.file(rows);
    }

    /** A large day is divided, summed up by portions and made rows of. */
    @Test
    void shouldServeOtherDaysBetweenTheTurnsOfADayByPortions() {
        useLittleMemory(new DayLimits(150_000, 250_000));
        put(harness, "large", 1, ofGroups(600));
        put(harness, "small", 2, Pods.onDays(OTHER_DAY));
        int ticks = 0;
        while (harness.dirtyDays.days() > 0) {
            // The clock is looked at for each row as well: those of a portion take one step.
            assertThat(tick()).isLessThan(Duration.ofSeconds(5));
            if (ticks == 2) {
                assertThat(harness.stores.daysWithRows())
                        .singleElement()
                        .asString()
                        .contains(OTHER_DAY);
            }
            assertThat(ticks++).as("it comes to its end").isLessThan(1_000);
        }
        // 60 chunks of it are read, divided, and read twice by portions; three of them fit in a turn.
        assertThat(ticks).isGreaterThan(60);
        assertThat(harness.deadLetters).isEmpty();
        try (TopologyHarness atOnce = new TopologyHarness()) {
            put(atOnce, "large", 1, ofGroups(600));
            put(atOnce, "small", 2, Pods.onDays(OTHER_DAY));
            atOnce.settle();
            assertThat(texts(harness.table)).isEqualTo(texts(atOnce.table));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldCloseTheFilesOfAnUnfinishedDayWhenItsTaskGoes() throws IOException {
        useLittleMemory(new DayLimits(150_000, 250_000));
        put(harness, "large", 1, ofGroups(600));
        int ticks = 0;
        while (openSpills() == 0) {
            assertThat(ticks++).as("it is divided").isLessThan(100);
            tick();
        }
        assertThat(harness.dirtyDays.days()).isEqualTo(1);
        harness.close();
        assertThat(openSpills()).isZero();
    }

    /** Temporary files that this process has open; they have no names any more. */
    private static long openSpills() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(DayTurnsTopologyTest::isSpill).count();
        }
    }

    private static boolean isSpill(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().contains("spill-");
        } catch (IOException e) {
            // That of the listing itself, which is closed by now.
            return false;
        }
    }
}
