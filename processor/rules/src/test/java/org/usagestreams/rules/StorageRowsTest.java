package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.usagestreams.rules.SummaryRow.Kind.STORAGE;
import static org.usagestreams.rules.TestDay.claim;
import static org.usagestreams.rules.TestDay.nodeLabels;
import static org.usagestreams.rules.TestDay.pod;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** Storage rows of small days. */
class StorageRowsTest {
    private static final double GIB = 0x1p30;

    /** Of one GiB over November, in bytes and seconds. */
    private static final double GIB_MONTH = GIB * 86_400 * 30;

    private static TestDay.Row full(TestDay.Row row) {
        return row.set(Columns.CLAIM_CAPACITY_BYTES, 8 * GIB)
                .set(Columns.CLAIM_CAPACITY_BYTE_SECONDS, 8 * GIB_MONTH)
                .set(Columns.VOLUME_REQUEST_BYTE_SECONDS, 4 * GIB_MONTH)
                .set(Columns.CLAIM_USAGE_BYTE_SECONDS, 2 * GIB_MONTH);
    }

    private static void assertMonths(SummaryRow row, double capacity, double request, double usage) {
        assertThat(row.amount(Amount.PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE_MONTHS))
                .as("capacity")
                .isCloseTo(capacity, within(1e-9));
        assertThat(row.amount(Amount.VOLUME_REQUEST_STORAGE_GIGABYTE_MONTHS))
                .as("request")
                .isCloseTo(request, within(1e-9));
        assertThat(row.amount(Amount.PERSISTENTVOLUMECLAIM_USAGE_GIGABYTE_MONTHS))
                .as("usage")
                .isCloseTo(usage, within(1e-9));
    }

    @Test
    void shouldNotDivideAVolumeThatIsMountedByNoKnownNode() {
        final SummaryRow row = new TestDay()
                .object(ReportType.STORAGE_USAGE, full(claim("shop", "db", "data", "vol")))
                .only(STORAGE);
        assertThat(row.node()).isNull();
        assertThat(row.resourceId()).isNull();
        assertThat(row.amount(Amount.PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE)).isEqualTo(8);
        assertMonths(row, 8, 4, 2);
    }

    @Test
    void shouldKnowNoNodeOfAClaimWithoutPodOrNamespace() {
        final List<SummaryRow> rows = new TestDay()
                .object(ReportType.POD_USAGE, pod("n1", "shop", null), pod("n1", null, "db"))
                .object(
                        ReportType.STORAGE_USAGE,
                        full(claim("shop", null, "data", "vol")),
                        full(claim(null, "db", "other", "vol")))
                .summarise(STORAGE);
        assertThat(rows).hasSize(2).extracting(SummaryRow::node).containsOnlyNulls();
    }

    @Test
    void shouldDivideAVolumeByTheNodesThatMountIt() {
        final List<SummaryRow> rows = new TestDay()
                .object(
                        ReportType.POD_USAGE,
                        pod("n1", "shop", "db").set(Columns.RESOURCE_ID, "i-1"),
                        pod("n2", "shop", "db").set(Columns.RESOURCE_ID, "i-2"),
                        pod("n2", "shop", "web").set(Columns.RESOURCE_ID, "i-2"))
                .object(
                        ReportType.STORAGE_USAGE,
                        full(claim("shop", "db", "data", "vol")),
                        full(claim("shop", "web", "other", "vol")))
                .summarise(STORAGE);
        assertThat(rows)
                .extracting(SummaryRow::node, SummaryRow::resourceId, SummaryRow::claim)
                .containsExactly(tuple("n1", "i-1", "data"), tuple("n2", "i-2", "data"), tuple("n2", "i-2", "other"));
        rows.forEach(row -> assertMonths(row, 8, 2, 1));
        assertThat(rows).extracting(SummaryRow::uuid).doesNotHaveDuplicates();
    }

    @Test
    void shouldNotShareAClaimWithoutAVolumeAmongNodes() {
        final List<SummaryRow> rows = new TestDay()
                .object(ReportType.POD_USAGE, pod("n1", "shop", "a"), pod("n2", "shop", "b"))
                .object(
                        ReportType.STORAGE_USAGE,
                        full(claim("shop", "a", "data", null)),
                        full(claim("shop", "b", "data", null)))
                .summarise(STORAGE);
        assertThat(rows).hasSize(2);
        rows.forEach(row -> assertMonths(row, 8, 4, 2));
    }

    @Test
    void shouldSumHoursAndTakeTheGreatestCapacityOfARow() {
        final SummaryRow row = new TestDay()
                .object(ReportType.POD_USAGE, pod("n", "shop", "db"))
                .object(
                        ReportType.STORAGE_USAGE,
                        full(claim("shop", "db", "data", "vol"))
                                .set(Columns.STORAGE_CLASS, "fast")
                                .set(Columns.CSI_HANDLE, "h"),
                        full(claim("shop", "db", "data", "vol").hour(1))
                                .set(Columns.STORAGE_CLASS, "fast")
                                .set(Columns.CSI_HANDLE, "h")
                                .set(Columns.CLAIM_CAPACITY_BYTES, 9 * GIB))
                .only(STORAGE);
        assertThat(row.amount(Amount.PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE)).isEqualTo(9);
        assertMonths(row, 16, 8, 4);
        assertThat(List.of(row.namespace(), row.claim(), row.volume(), row.storageClass()))
                .containsExactly("shop", "data", "vol", "fast");
        assertThat(row.amount(Amount.POD_USAGE_CPU_CORE_HOURS)).isNaN();
        assertThat(row.amount(Amount.CLUSTER_CAPACITY_CPU_CORE_HOURS)).isNaN();
    }

    @Test
    void shouldLetLabelsOfTheClaimWinOverTheVolumeAndThoseOverTheNode() {
        final SummaryRow row = new TestDay()
                .enable("app", "tier", "zone")
                .object(ReportType.POD_USAGE, pod("n", "shop", "db"))
                .object(
                        ReportType.STORAGE_USAGE,
                        full(claim("shop", "db", "data", "vol"))
                                .set(Columns.VOLUME_LABELS, "app=volume,tier=volume")
                                .set(Columns.CLAIM_LABELS, "app=claim,hidden=1"))
                .object(ReportType.NODE_LABELS, nodeLabels("n", "app=node,tier=node,zone=node"))
                .only(STORAGE);
        assertThat(row.volumeLabels()).isEqualTo(Labels.of(Map.of("app", "claim", "tier", "volume", "zone", "node")));
        assertThat(row.allLabels()).isEqualTo(row.volumeLabels());
        assertThat(row.podLabels()).isNull();
    }

    @Test
    void shouldCountAClaimOfTheNewestObjectThatHasIt() {
        final TestDay day = new TestDay()
                .object(ReportType.STORAGE_USAGE, full(claim("shop", "db", "data", "vol")))
                .object(
                        ReportType.STORAGE_USAGE,
                        full(claim("shop", "db", "data", "vol")),
                        full(claim("shop", "db", "data", "other")))
                .object(ReportType.STORAGE_USAGE, full(claim("shop", "db", "data", "other")));
        final List<SummaryRow> rows = day.summarise(STORAGE);
        assertThat(rows).extracting(SummaryRow::volume).containsExactly("vol", "other");
        rows.forEach(row -> assertMonths(row, 8, 4, 2));
        assertThat(day.without()).containsExactly("object-2");
    }
}
