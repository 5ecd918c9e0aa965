package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** A day that is summarised by portions has the same rows, bit for bit, as one that is summarised at once. */
class PortionedDayTest {
    private static final DayLimits WHOLE = DayLimits.DEFAULTS;

    private static final ReferenceData.CostCategory[] CATEGORIES = {new ReferenceData.CostCategory("namespace-1%", 7)};

    /** A line item; columns that its report type does not have are left out. */
    private record Item(
            int hour, int node, int namespace, int pod, int volume, int label, Double amount, Double other) {
        TestDay.Row row(ReportType type) {
            final TestDay.Row row =
                    switch (type) {
                        case POD_USAGE ->
                            TestDay.pod("node-" + node, text("namespace-", namespace), text("pod-", pod))
                                    .set(Columns.RESOURCE_ID, text("i-", (node + pod) % 3))
                                    .set(Columns.NODE_ROLE, text("role-", label % 3))
                                    .set(Columns.POD_LABELS, text("app=", label))
                                    .set(Columns.USAGE_CPU, amount)
                                    .set(Columns.REQUEST_MEMORY, other)
                                    .set(Columns.NODE_CPU_CORES, amount)
                                    .set(Columns.NODE_CPU_CORE_SECONDS, other)
                                    .set(Columns.NODE_MEMORY_BYTE_SECONDS, amount);
                        case STORAGE_USAGE ->
                            TestDay.claim(
                                            text("namespace-", namespace),
                                            text("pod-", pod),
                                            text("claim-", label),
                                            text("volume-", volume))
                                    .set(Columns.VOLUME_LABELS, text("tier=", label))
                                    .set(Columns.CLAIM_CAPACITY_BYTES, amount)
                                    .set(Columns.VOLUME_REQUEST_BYTE_SECONDS, other)
                                    .set(Columns.CLAIM_USAGE_BYTE_SECONDS, amount);
                        case NODE_LABELS -> TestDay.nodeLabels("node-" + node, "app=" + label);
                        case NAMESPACE_LABELS ->
                            TestDay.namespaceLabels("namespace-" + (namespace + 1), "tier=" + label);
                    };
            return row.hour(hour);
        }

        private static String text(String prefix, int number) {
            return number == 0 ? null : prefix + number;
        }
    }

    private record Upload(ReportType type, List<Item> items) {}

    @Provide
    Arbitrary<List<Upload>> uploads() {
        // Sums of these depend on the order.
        final Arbitrary<Double> amounts = Arbitraries.of(0.1, 0.2, 0.3, 1e16, 1.0, 3600.0, 1e-9, -0.0, 7e15)
                .injectNull(0.2);
        final Arbitrary<Item> items = Combinators.combine(
                        number(3), number(6), number(4), number(5), number(4), number(3), amounts, amounts)
                .as(Item::new);
        // Pods and storage more often than labels.
        final Arbitrary<ReportType> types = Arbitraries.of(
                ReportType.POD_USAGE,
                ReportType.POD_USAGE,
                ReportType.POD_USAGE,
                ReportType.STORAGE_USAGE,
                ReportType.STORAGE_USAGE,
                ReportType.NODE_LABELS,
                ReportType.NAMESPACE_LABELS);
        return Combinators.combine(types, items.list().ofMinSize(1).ofMaxSize(15))
                .as(Upload::new)
                .list()
                .ofMaxSize(8);
    }

    private static Arbitrary<Integer> number(int most) {
        return Arbitraries.integers().between(0, most);
    }

    private static TestDay day(List<Upload> uploads, int chunkRows) {
        final TestDay day = new TestDay().enable("app", "tier").chunksOf(chunkRows);
        for (final Upload upload : uploads) {
            day.object(
                    upload.type(),
                    upload.items().stream().map(item -> item.row(upload.type())).toArray(TestDay.Row[]::new));
        }
        return day;
    }

    /** All that a row says, by its uuid; amounts by their bits. */
    private static Map<String, String> rows(TestDay day, DayLimits limits) {
        final Map<String, String> rows = new TreeMap<>();
        day.summarise(
                limits,
                row -> {
                    final String said = List.of(
                                    row.kind(),
                                    String.valueOf(row.namespace()),
                                    String.valueOf(row.node()),
                                    String.valueOf(row.resourceId()),
                                    String.valueOf(row.podLabels()),
                                    String.valueOf(row.volumeLabels()),
                                    row.allLabels(),
                                    String.valueOf(row.claim()),
                                    String.valueOf(row.volume()),
                                    String.valueOf(row.storageClass()),
                                    String.valueOf(row.costCategoryId()),
                                    Arrays.toString(Arrays.stream(row.amounts())
                                            .mapToObj(Double::toHexString)
                                            .toArray()))
                            .toString();
                    assertThat(rows.put(row.uuid().toString(), said)).as(said).isNull();
                },
                CATEGORIES);
        return rows;
    }

    @Property(seed = "1764000000000", edgeCases = EdgeCasesMode.NONE)
    void shouldMakeTheSameRowsByPortionsAsAtOnce(
            @ForAll("uploads") List<Upload> uploads,
            @ForAll @IntRange(min = 1, max = 5) int portions,
            @ForAll @IntRange(min = 1, max = 6) int chunkRows) {
        final TestDay day = day(uploads, chunkRows);
        final Map<String, String> whole = rows(day, WHOLE);
        final List<String> without = day.without();
        assertThat(rows(day, WHOLE.withPortions(portions))).isEqualTo(whole);
        assertThat(day.without()).containsExactlyInAnyOrderElementsOf(without);
    }

    @Property(seed = "1764000000000", edgeCases = EdgeCasesMode.NONE, tries = 300)
    void shouldMakeTheSameRowsInWhateverTurns(
            @ForAll("uploads") List<Upload> uploads,
            @ForAll @IntRange(min = 0, max = 5) int portions,
            @ForAll @IntRange(min = 1, max = 6) int chunkRows,
            @ForAll Random turns) {
        final TestDay day = day(uploads, chunkRows);
        final Map<String, String> whole = rows(day, WHOLE);
        final List<String> without = day.without();
        assertThat(rows(day.inTurns(turns::nextBoolean), WHOLE.withPortions(portions)))
                .isEqualTo(whole);
        assertThat(day.without()).containsExactlyInAnyOrderElementsOf(without);
    }

    @Property(seed = "1764000000000", edgeCases = EdgeCasesMode.NONE)
    void shouldMakeTheSameRowsOrNoneInLittleMemory(
            @ForAll("uploads") List<Upload> uploads, @ForAll @IntRange(min = 3_000, max = 30_000) int bytes) {
        final TestDay day = day(uploads, 5);
        final Map<String, String> rows = new TreeMap<>();
        try {
            rows.putAll(rows(day, new DayLimits(bytes, 1_000)));
        } catch (DayOverBudgetException e) {
            assertThat(e).hasMessageContaining("summary.day.bytes");
            return;
        }
        assertThat(rows).isEqualTo(rows(day, WHOLE));
    }

    private static TestDay ofGroups(int nodes, int namespaces) {
        final List<TestDay.Row> rows = new ArrayList<>();
        for (int namespace = 0; namespace < namespaces; namespace++) {
            for (int node = 0; node < nodes; node++) {
                rows.add(TestDay.pod("node-" + node, "namespace-" + namespace, "pod")
                        .set(Columns.USAGE_CPU, 0.1 * node)
                        .set(Columns.NODE_CPU_CORE_SECONDS, 0.3 * node));
            }
        }
        return new TestDay().chunksOf(100).object(ReportType.POD_USAGE, rows.toArray(TestDay.Row[]::new));
    }

    @Example
    void shouldDivideAPortionThatIsTooMuchAgain() {
        final TestDay day = ofGroups(300, 10);
        // 3,000 groups take about 600 bytes each, and of 3,000 line items there are four portions at first.
        assertThat(rows(day, new DayLimits(300_000, 10_000)))
                .isEqualTo(rows(day, WHOLE))
                .hasSize(3_300);
    }

    @Example
    void shouldRefuseADayOfTooManyRowsBeforeTheFirst() {
        final List<SummaryRow> rows = new ArrayList<>();
        assertThatThrownBy(() -> ofGroups(300, 10).summarise(new DayLimits(300_000, 1_000), rows::add))
                .isInstanceOf(DayOverBudgetException.class)
                .hasMessageContaining("summary.day.rows");
        assertThat(rows).isEmpty();
    }

    @Example
    void shouldRefuseADayThatTakesTooMuchRoom() {
        final DayLimits limits = new DayLimits(300_000, 10_000, 10, 10_000, 0);
        assertThatThrownBy(() -> ofGroups(300, 10).summarise(limits, row -> {}))
                .isInstanceOf(DayOverBudgetException.class)
                .hasMessageContaining("10000 bytes on disk (setting summary.day.spill.bytes)");
    }
}
