package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.usagestreams.rules.SummaryRow.Kind.POD;
import static org.usagestreams.rules.SummaryRow.Kind.UNALLOCATED;
import static org.usagestreams.rules.TestDay.namespaceLabels;
import static org.usagestreams.rules.TestDay.nodeLabels;
import static org.usagestreams.rules.TestDay.pod;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** Pod rows and unallocated rows of small days. */
class PodRowsTest {
    private static final double GIB = 0x1p30;

    private static TestDay.Row full(TestDay.Row row) {
        return row.set(Columns.USAGE_CPU, 3600)
                .set(Columns.REQUEST_CPU, 2 * 3600)
                .set(Columns.LIMIT_CPU, 3 * 3600)
                .set(Columns.USAGE_MEMORY, 5 * 3600 * GIB)
                .set(Columns.REQUEST_MEMORY, 6 * 3600 * GIB)
                .set(Columns.LIMIT_MEMORY, 7 * 3600 * GIB)
                .set(Columns.NODE_CPU_CORES, 16)
                .set(Columns.NODE_CPU_CORE_SECONDS, 16 * 3600)
                .set(Columns.NODE_MEMORY_BYTES, 64 * GIB)
                .set(Columns.NODE_MEMORY_BYTE_SECONDS, 64 * 3600 * GIB);
    }

    private static void assertAmounts(SummaryRow row, Map<Amount, Double> expected) {
        expected.forEach((amount, value) -> {
            if (value.isNaN()) {
                assertThat(row.amount(amount)).as(amount.column()).isNaN();
            } else {
                assertThat(row.amount(amount)).as(amount.column()).isCloseTo(value, within(1e-9));
            }
        });
    }

    @Test
    void shouldSumEachMeasureInHours() {
        final SummaryRow row = new TestDay()
                .object(
                        ReportType.POD_USAGE,
                        full(pod("n", "shop", "a")),
                        full(pod("n", "shop", "b").hour(1)))
                .only(POD);
        assertThat(List.of(row.namespace(), row.node())).containsExactly("shop", "n");
        assertAmounts(
                row,
                Map.of(
                        Amount.POD_USAGE_CPU_CORE_HOURS, 2.0,
                        Amount.POD_REQUEST_CPU_CORE_HOURS, 4.0,
                        Amount.POD_EFFECTIVE_USAGE_CPU_CORE_HOURS, 4.0,
                        Amount.POD_LIMIT_CPU_CORE_HOURS, 6.0,
                        Amount.POD_USAGE_MEMORY_GIGABYTE_HOURS, 10.0,
                        Amount.POD_REQUEST_MEMORY_GIGABYTE_HOURS, 12.0,
                        Amount.POD_EFFECTIVE_USAGE_MEMORY_GIGABYTE_HOURS, 12.0,
                        Amount.POD_LIMIT_MEMORY_GIGABYTE_HOURS, 14.0));
        assertAmounts(
                row,
                Map.of(
                        Amount.NODE_CAPACITY_CPU_CORES, 16.0,
                        Amount.NODE_CAPACITY_CPU_CORE_HOURS, 32.0,
                        Amount.NODE_CAPACITY_MEMORY_GIGABYTES, 64.0,
                        Amount.NODE_CAPACITY_MEMORY_GIGABYTE_HOURS, 128.0,
                        Amount.CLUSTER_CAPACITY_CPU_CORE_HOURS, 32.0,
                        Amount.CLUSTER_CAPACITY_MEMORY_GIGABYTE_HOURS, 128.0,
                        Amount.PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE, Double.NaN));
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 3, 1", ", 2, 3, 3", ", 4, 3, 4", ", , 3, 3", ", 2, , 2", ", , , NaN"})
    void shouldTakeTheGreaterOfUsageAndRequestWhereNoEffectiveUsageIsGiven(
            Double given, Double usage, Double request, double effective) {
        final SummaryRow row = new TestDay()
                .object(
                        ReportType.POD_USAGE,
                        pod("n", "shop", "a")
                                .set(Columns.EFFECTIVE_CPU, given == null ? null : given * 3600)
                                .set(Columns.USAGE_CPU, usage == null ? null : usage * 3600)
                                .set(Columns.REQUEST_CPU, request == null ? null : request * 3600)
                                .set(Columns.EFFECTIVE_MEMORY, given == null ? null : given * 3600 * GIB)
                                .set(Columns.USAGE_MEMORY, usage == null ? null : usage * 3600 * GIB)
                                .set(Columns.REQUEST_MEMORY, request == null ? null : request * 3600 * GIB))
                .only(POD);
        assertAmounts(
                row,
                Map.of(
                        Amount.POD_EFFECTIVE_USAGE_CPU_CORE_HOURS,
                        effective,
                        Amount.POD_EFFECTIVE_USAGE_MEMORY_GIGABYTE_HOURS,
                        effective));
    }

    @Test
    void shouldLetLabelsOfThePodWinOverTheNamespaceAndThoseOverTheNode() {
        final TestDay day = new TestDay()
                .enable("app", "tier", "team", "zone")
                .object(
                        ReportType.POD_USAGE,
                        full(pod("n", "shop", "a").set(Columns.POD_LABELS, "app=pod,hidden=1")),
                        full(pod("n", "shop", "b").set(Columns.POD_LABELS, "app=pod,hidden=2")),
                        full(pod("n", "mail", "c")))
                .object(ReportType.NODE_LABELS, nodeLabels("n", "app=node,tier=node,zone=node,hidden=3"))
                .object(ReportType.NAMESPACE_LABELS, namespaceLabels("shop", "app=namespace,tier=namespace"));
        final List<SummaryRow> rows = day.summarise(POD);
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).podLabels())
                .isEqualTo(Labels.of(Map.of("app", "pod", "tier", "namespace", "zone", "node")));
        assertThat(rows.get(0).allLabels()).isEqualTo(rows.get(0).podLabels());
        assertThat(rows.get(0).amount(Amount.POD_USAGE_CPU_CORE_HOURS))
                .as("labels that are not enabled make no row of their own")
                .isCloseTo(2, within(1e-9));
        assertThat(rows.get(1).podLabels()).isEqualTo(Labels.of(Map.of("app", "node", "tier", "node", "zone", "node")));
        assertThat(rows.get(0).uuid()).isNotEqualTo(rows.get(1).uuid());
    }

    /** The second group becomes a part of the first, and the third takes the place of the second. */
    @Test
    void shouldMergeGroupsWhoseLabelsBecomeTheSame() {
        final List<SummaryRow> rows = new TestDay()
                .enable("app")
                .object(
                        ReportType.POD_USAGE,
                        full(pod("n", "shop", "a")).set(Columns.RESOURCE_ID, "i-1"),
                        full(pod("n", "shop", "b"))
                                .set(Columns.POD_LABELS, "app=node")
                                .set(Columns.NODE_CPU_CORES, 32)
                                .set(Columns.RESOURCE_ID, "i-2"),
                        pod("n", "shop", "c").set(Columns.POD_LABELS, "app=pod").set(Columns.USAGE_CPU, 1800))
                .object(ReportType.NODE_LABELS, nodeLabels("n", "app=node"))
                .summarise(POD);
        assertThat(rows).hasSize(2);
        assertThat(rows).extracting(SummaryRow::resourceId).containsExactly("i-2", null);
        assertAmounts(
                rows.get(0),
                Map.of(
                        Amount.POD_USAGE_CPU_CORE_HOURS, 2.0,
                        Amount.POD_LIMIT_MEMORY_GIGABYTE_HOURS, 14.0,
                        Amount.NODE_CAPACITY_CPU_CORES, 32.0));
        assertAmounts(
                rows.get(1),
                Map.of(
                        Amount.POD_USAGE_CPU_CORE_HOURS, 0.5,
                        Amount.POD_LIMIT_MEMORY_GIGABYTE_HOURS, Double.NaN,
                        Amount.NODE_CAPACITY_CPU_CORES, Double.NaN,
                        Amount.NODE_CAPACITY_MEMORY_GIGABYTES, Double.NaN));
    }

    @Test
    void shouldTakeTheGreatestCapacityOfEachHourAndSumOverNodes() {
        final List<SummaryRow> rows = new TestDay()
                .object(
                        ReportType.POD_USAGE,
                        full(pod("n", "shop", "a")).set(Columns.NODE_CPU_CORE_SECONDS, 3600),
                        full(pod("n", "shop", "b")).set(Columns.NODE_CPU_CORE_SECONDS, 2 * 3600),
                        full(pod("n", "shop", "a").hour(1)).set(Columns.NODE_CPU_CORE_SECONDS, 4 * 3600),
                        full(pod("m", "shop", "a")).set(Columns.NODE_CPU_CORE_SECONDS, 8 * 3600),
                        pod("unknown", "shop", "a"))
                .summarise(POD);
        assertThat(rows).extracting(SummaryRow::node).containsExactly("n", "m", "unknown");
        assertThat(rows)
                .extracting(row -> row.amount(Amount.NODE_CAPACITY_CPU_CORE_HOURS))
                .containsExactly(6.0, 8.0, 0.0);
        assertThat(rows)
                .extracting(row -> row.amount(Amount.CLUSTER_CAPACITY_CPU_CORE_HOURS))
                .containsOnly(14.0);
        assertThat(rows)
                .extracting(row -> row.amount(Amount.CLUSTER_CAPACITY_MEMORY_GIGABYTE_HOURS))
                .containsOnly(192.0);
        assertThat(rows.get(2).amount(Amount.NODE_CAPACITY_CPU_CORES)).isNaN();
    }

    @Test
    void shouldTellWhatOfANodeIsNotAllocated() {
        final SummaryRow row = new TestDay()
                .object(
                        ReportType.POD_USAGE,
                        full(pod("n", "shop", "a").set(Columns.RESOURCE_ID, "i-1")),
                        full(pod("n", "mail", "a").set(Columns.RESOURCE_ID, "i-2")),
                        full(pod("n", "Network unattributed", "a").set(Columns.RESOURCE_ID, "i-3")))
                .only(UNALLOCATED);
        assertThat(row.namespace()).isEqualTo("Worker unallocated");
        assertThat(row.resourceId()).isEqualTo("i-2");
        assertThat(row.podLabels()).isNull();
        assertThat(row.allLabels()).isEqualTo(Labels.NONE);
        assertAmounts(
                row,
                Map.of(
                        Amount.POD_USAGE_CPU_CORE_HOURS, 14.0,
                        Amount.POD_REQUEST_CPU_CORE_HOURS, 12.0,
                        Amount.POD_EFFECTIVE_USAGE_CPU_CORE_HOURS, 12.0,
                        Amount.POD_LIMIT_CPU_CORE_HOURS, Double.NaN,
                        Amount.POD_USAGE_MEMORY_GIGABYTE_HOURS, 54.0,
                        Amount.POD_REQUEST_MEMORY_GIGABYTE_HOURS, 52.0,
                        Amount.POD_EFFECTIVE_USAGE_MEMORY_GIGABYTE_HOURS, 52.0,
                        Amount.POD_LIMIT_MEMORY_GIGABYTE_HOURS, Double.NaN,
                        Amount.NODE_CAPACITY_CPU_CORES, 16.0,
                        Amount.NODE_CAPACITY_MEMORY_GIGABYTES, 64.0));
    }

    @ParameterizedTest
    @CsvSource({"Platform unallocated", "Worker unallocated", "Network unattributed", "Storage unattributed"})
    void shouldHaveNoUnallocatedRowOfANodeWithNothingElse(String namespace) {
        assertThat(new TestDay()
                        .object(ReportType.POD_USAGE, full(pod("n", namespace, "a")))
                        .summarise(UNALLOCATED))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "master, , Platform unallocated",
        "infra, , Platform unallocated",
        "worker, node_role_kubernetes_io=master, Worker unallocated",
        "'', node_role_kubernetes_io=infra, Platform unallocated",
        ", node_role_kubernetes_io=master, Platform unallocated",
        ", node_role_kubernetes_io=other, Worker unallocated",
        ", , Worker unallocated"
    })
    void shouldTellWorkersFromOtherNodes(String role, String labels, String namespace) {
        assertThat(new TestDay()
                        .object(ReportType.POD_USAGE, full(pod("n", "shop", "a").set(Columns.NODE_ROLE, role)))
                        .object(ReportType.NODE_LABELS, nodeLabels("n", labels))
                        .only(UNALLOCATED)
                        .namespace())
                .isEqualTo(namespace);
    }

    @Test
    void shouldCountALineItemOfTheNewestObjectThatHasIt() {
        final TestDay day = new TestDay()
                .object(ReportType.POD_USAGE, pod("n", "shop", "a").set(Columns.USAGE_CPU, 3600))
                .object(
                        ReportType.POD_USAGE,
                        pod("n", "shop", "a").set(Columns.USAGE_CPU, 2 * 3600),
                        pod("n", "shop", "b").set(Columns.USAGE_CPU, 4 * 3600),
                        pod("n", "shop", "a").hour(1).set(Columns.USAGE_CPU, 8 * 3600))
                .object(ReportType.POD_USAGE, pod("n", "shop", "b").set(Columns.USAGE_CPU, 16 * 3600));
        assertThat(day.only(POD).amount(Amount.POD_USAGE_CPU_CORE_HOURS)).isCloseTo(13, within(1e-9));
        assertThat(day.without()).containsExactly("object-2");
    }

    @Test
    void shouldFindTheCategoryOfEachRow() {
        final List<SummaryRow> rows = new TestDay()
                .object(ReportType.POD_USAGE, full(pod("n", "shop", "a")))
                .summarise(new ReferenceData.CostCategory("sh%", 7), new ReferenceData.CostCategory("%unallocated", 8));
        assertThat(rows).extracting(SummaryRow::costCategoryId).containsExactly(7, 8);
    }
}
