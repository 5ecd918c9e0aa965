package org.usagestreams.console.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.Slice;

class LineItemSearchTest {
    private static final LocalDate DATE = LocalDate.of(2025, 11, 3);

    /** Pods a of shop on node n1, b of mail on n1, c of no namespace on n2. */
    private static final Chunk PODS = new Chunk(
            3,
            Map.of(
                    Columns.NAMESPACE, new Column.Text(new String[] {"shop", "mail"}, new int[] {1, 2, 0}),
                    Columns.NODE, new Column.Text(new String[] {"n1", "n2"}, new int[] {1, 1, 2}),
                    Columns.POD, new Column.Text(new String[] {"a", "b", "c"}, new int[] {1, 2, 3}),
                    Columns.USAGE_CPU, new Column.Amount(new double[] {3_600, 7_200, Double.NaN})));

    /** Volumes of pods b and c. */
    private static final Chunk VOLUMES = new Chunk(
            2,
            Map.of(
                    Columns.NAMESPACE, new Column.Text(new String[] {"mail"}, new int[] {1, 1}),
                    Columns.POD, new Column.Text(new String[] {"b", "c"}, new int[] {1, 2})));

    private static LineItemSearch.Found found(LineItemSearch search, ReportType type, Chunk chunk, LocalDate date)
            throws IOException {
        final LineItemSearch.Found found = search.found();
        search.sink(type, found, () -> {})
                .accept(
                        new ChunkKey(new DayKey("org", "source", date), "ab", "cd", "ef", 0),
                        ChunkCodec.encode(
                                Slice.getDefaultInstance(), 0, chunk.rows(), ChunkCodec.encodeColumns(chunk)));
        return found;
    }

    @Test
    void shouldCountLineItemsOfANamespaceOnTheDay() throws IOException {
        final LineItemSearch search = new LineItemSearch(DATE, false, "mail");
        final LineItemSearch.Found pods = found(search, ReportType.POD_USAGE, PODS, DATE);
        assertThat(pods.lineItems()).isEqualTo(1);
        assertThat(pods.cpuHours()).isEqualTo(2);
        assertThat(found(search, ReportType.STORAGE_USAGE, VOLUMES, DATE).lineItems())
                .isEqualTo(2);
        assertThat(found(search, ReportType.POD_USAGE, PODS, DATE.plusDays(1)).lineItems())
                .isZero();
    }

    @Test
    void shouldTakeAnEmptyNameForLineItemsWithoutOne() throws IOException {
        final LineItemSearch.Found pods = found(new LineItemSearch(DATE, false, ""), ReportType.POD_USAGE, PODS, DATE);
        assertThat(pods.lineItems()).isEqualTo(1);
        assertThat(pods.cpuHours()).isZero();
    }

    @Test
    void shouldKnowVolumesOfANodeByThePodsThatMountThem() throws IOException {
        final LineItemSearch search = new LineItemSearch(DATE, true, "n1");
        assertThat(found(search, ReportType.POD_USAGE, PODS, DATE).lineItems()).isEqualTo(2);
        assertThat(found(search, ReportType.STORAGE_USAGE, VOLUMES, DATE).lineItems())
                .isEqualTo(1);
    }

    @Test
    void shouldMakeUnallocatedOfAllPods() throws IOException {
        final LineItemSearch search = new LineItemSearch(DATE, false, "Worker unallocated");
        assertThat(found(search, ReportType.POD_USAGE, PODS, DATE).lineItems()).isEqualTo(3);
        assertThat(found(search, ReportType.STORAGE_USAGE, VOLUMES, DATE).lineItems())
                .isZero();
        assertThat(search.concerns(ReportType.NODE_LABELS)).isTrue();
        assertThat(new LineItemSearch(DATE, false, "shop").concerns(ReportType.NODE_LABELS))
                .isFalse();
    }
}
