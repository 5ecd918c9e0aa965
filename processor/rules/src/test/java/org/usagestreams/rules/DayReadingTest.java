package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** A day that is read in steps has the rows that it has when it is read at once. */
class DayReadingTest {
    private static final DayLimits PORTIONS = DayLimits.DEFAULTS.withPortions(3);

    /** How many of the spills that were opened are still open. */
    private int open;

    private int opened;

    private static TestDay ofThreeObjects() {
        return new TestDay()
                .object(ReportType.POD_USAGE, TestDay.pod("node", "shop", "web"))
                .object(ReportType.POD_USAGE, TestDay.pod("node", "bank", "web").hour(1))
                .object(ReportType.NODE_LABELS, TestDay.nodeLabels("node", "app=web"));
    }

    /** 40 groups in 10 chunks. */
    private static TestDay ofManyGroups() {
        return new TestDay()
                .chunksOf(4)
                .object(
                        ReportType.POD_USAGE,
                        IntStream.range(0, 40)
                                .mapToObj(i -> TestDay.pod("node-" + i % 8, "namespace-" + i, "pod")
                                        .set(Columns.USAGE_CPU, 0.1 * i))
                                .toArray(TestDay.Row[]::new));
    }

    private Spill spill() {
        open++;
        opened++;
        final Spill kept = Spill.inMemory();
        return new Spill() {
            private boolean closed;

            @Override
            public long add(byte[] bytes) {
                return kept.add(bytes);
            }

            @Override
            public byte[] get(long place) {
                return kept.get(place);
            }

            @Override
            public long size() {
                return kept.size();
            }

            @Override
            public void close() {
                open -= closed ? 0 : 1;
                closed = true;
            }
        };
    }

    private static List<String> rows(DayReading reading) {
        final List<String> rows = new ArrayList<>();
        int turns = 0;
        while (!reading.rows().emit(row -> rows.add(text(row)), () -> true)) {
            assertThat(turns++).as("it comes to its end").isLessThan(1_000);
        }
        return rows;
    }

    private static String text(SummaryRow row) {
        return row.kind() + " " + row.namespace() + " " + row.node() + " " + row.allLabels() + " "
                + Arrays.toString(row.amounts());
    }

    private static List<String> atOnce(TestDay day) {
        return day.summarise().stream().map(DayReadingTest::text).toList();
    }

    /** Turns of one step until all is read. */
    private static int turns(DayReading reading) {
        int turns = 1;
        while (!reading.read(() -> true)) {
            turns++;
        }
        return turns;
    }

    @Test
    void shouldStopAfterEachChunkWhereThatIsEnough() {
        final DayReading reading = ofThreeObjects().begin(DayLimits.DEFAULTS);
        assertThat(reading.read(() -> true)).isFalse();
        assertThat(reading.read(() -> true)).isFalse();
        assertThat(reading.read(() -> true)).as("the last of three chunks").isTrue();
        assertThat(rows(reading)).isNotEmpty().isEqualTo(atOnce(ofThreeObjects()));
    }

    @Test
    void shouldHaveNoRowsBeforeAllIsRead() {
        final DayReading reading = ofThreeObjects().begin(DayLimits.DEFAULTS);
        reading.read(() -> true);
        assertThatThrownBy(reading::rows).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldAskNobodyWhereOneChunkIsAll() {
        final TestDay day = new TestDay().object(ReportType.POD_USAGE, TestDay.pod("node", "shop", "web"));
        assertThat(day.begin(DayLimits.DEFAULTS).read(() -> {
                    throw new AssertionError("a day of one chunk is read in one turn");
                }))
                .isTrue();
    }

    /** 5,000 groups in one chunk. */
    private static TestDay ofGroupsOfOneChunk() {
        return new TestDay()
                .object(
                        ReportType.POD_USAGE,
                        IntStream.range(0, 5_000)
                                .mapToObj(i -> TestDay.pod("node-" + i % 50, "namespace-" + i, "pod")
                                        .set(Columns.USAGE_CPU, 0.1 * i))
                                .toArray(TestDay.Row[]::new));
    }

    @Test
    void shouldGroupInSeveralTurns() {
        final DayReading reading = ofGroupsOfOneChunk().begin(DayLimits.DEFAULTS);
        assertThat(turns(reading)).isGreaterThanOrEqualTo(5);
        assertThat(rows(reading)).isEqualTo(atOnce(ofGroupsOfOneChunk()));
    }

    @Test
    void shouldGroupPortionsInSeveralTurns() {
        final DayReading reading = ofGroupsOfOneChunk().begin(DayLimits.DEFAULTS.withPortions(2), this::spill);
        // A chunk that is divided, one of each portion, and twice 2,500 groups.
        assertThat(turns(reading)).isGreaterThanOrEqualTo(9);
        assertThat(rows(reading)).containsExactlyInAnyOrderElementsOf(atOnce(ofGroupsOfOneChunk()));
    }

    @Test
    void shouldRefuseANodeThatIsTooMuchWithoutReadingAllOfIt() {
        final DayReading reading = new TestDay()
                .chunksOf(10)
                .object(
                        ReportType.POD_USAGE,
                        IntStream.range(0, 1_000)
                                .mapToObj(i -> TestDay.pod("node", "namespace-" + i, "pod"))
                                .toArray(TestDay.Row[]::new))
                .begin(new DayLimits(40_000, 10_000), this::spill);
        // About 100 of its groups fit: 10 of 100 chunks.
        assertThatThrownBy(() -> {
                    for (int turn = 0; turn < 20; turn++) {
                        reading.read(() -> true);
                    }
                })
                .isInstanceOf(DayOverBudgetException.class)
                .hasMessageContainingAll(" groups, ", "more than 40000 bytes of memory (setting summary.day.bytes)");
        assertThat(opened).as("files for portions").isZero();
    }

    @Test
    void shouldDivideWhatIsOfOneNodeAndOfNone() {
        final DayReading reading = new TestDay()
                .chunksOf(10)
                .object(
                        ReportType.POD_USAGE,
                        IntStream.range(0, 200)
                                .mapToObj(i -> TestDay.pod(
                                        i % 2 == 0 ? "node" : null, "namespace-" + "x".repeat(1_000) + i, "pod"))
                                .toArray(TestDay.Row[]::new))
                .begin(new DayLimits(210_000, 10_000), this::spill);
        turns(reading);
        assertThat(opened).isEqualTo(1);
        assertThat(reading.rows().size()).isGreaterThanOrEqualTo(200);
    }

    @Test
    void shouldStopAfterEachChunkOfEachPortion() {
        final DayReading reading = ofManyGroups().begin(PORTIONS, this::spill);
        // Ten chunks are divided, and each of the three portions has parts of them.
        assertThat(turns(reading)).isGreaterThan(20);
        assertThat(rows(reading)).containsExactlyInAnyOrderElementsOf(atOnce(ofManyGroups()));
    }

    @Test
    void shouldGoOnByPortionsWhereADayTurnsOutToBeLarge() {
        final DayLimits limits = new DayLimits(15_000, 1_000);
        try (DayReading reading = ofManyGroups().begin(limits, this::spill)) {
            turns(reading);
            assertThat(opened).isEqualTo(1);
            assertThat(reading.rows().isOfLargeDay()).isTrue();
            assertThat(rows(reading)).containsExactlyInAnyOrderElementsOf(atOnce(ofManyGroups()));
        }
        assertThat(open).isZero();
    }

    @Test
    void shouldLetGoOfItsPortionsWhereItIsNotGoneOnWith() {
        for (int turn = 1; turn < 20; turn++) {
            try (DayReading reading = ofManyGroups().begin(PORTIONS, this::spill)) {
                for (int i = 0; i < turn; i++) {
                    assertThat(reading.read(() -> true)).isFalse();
                }
                assertThat(open).isEqualTo(1);
            }
            assertThat(open).isZero();
        }
    }
}
