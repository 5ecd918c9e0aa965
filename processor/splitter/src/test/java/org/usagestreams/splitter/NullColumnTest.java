package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.testkit.ParquetBytes;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** Columns without values have whichever type the program that wrote them chose. */
class NullColumnTest {
    private static final ReportKey REPORT =
            new ReportKey("org", "00000000-0000-4000-8000-0000000000ee", ReportType.POD_USAGE, false);
    private static final int ROWS = 30;
    private static final int ROWS_OF_A_GROUP = 10;

    /** A pod report in which a column has another type; it holds a value in the rows from the given one on. */
    private static byte[] file(String column, String type, Object value, int from, boolean statistics) {
        final Map<String, String> types = new LinkedHashMap<>();
        types.put(Columns.INTERVAL_START, "int64 interval_start (TIMESTAMP(MILLIS,true))");
        types.put(Columns.NODE, "binary node (STRING)");
        types.put(Columns.NAMESPACE, "binary namespace (STRING)");
        types.put(Columns.POD, "binary pod (STRING)");
        types.put(Columns.POD_LABELS, "binary pod_labels (STRING)");
        types.put(Columns.USAGE_CPU, "double " + Columns.USAGE_CPU);
        types.put(column, type);
        final List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            final Map<String, Object> row = new HashMap<>();
            row.put(Columns.INTERVAL_START, 1_762_153_200_000L);
            row.put(Columns.NODE, "n");
            row.put(Columns.NAMESPACE, "shop");
            row.put(Columns.POD, "web");
            row.put(Columns.POD_LABELS, "{\"app\":\"web\"}");
            row.put(Columns.USAGE_CPU, 1.0);
            row.put(column, i >= from ? value : null);
            rows.add(row);
        }
        return ParquetBytes.write(
                // A group ends without a semicolon.
                ("message m { optional " + String.join("; optional ", types.values()) + "; }").replace("};", "}"),
                rows,
                builder -> builder.withRowGroupRowCountLimit(ROWS_OF_A_GROUP).withStatisticsEnabled(statistics));
    }

    private static SplitResult split(byte[] bytes, Map<ChunkKey, byte[]> records) throws Exception {
        return new ObjectSplitter(SplitLimits.DEFAULTS)
                .split(
                        new BytesInputFile(bytes),
                        ObjectVersion.getDefaultInstance(),
                        REPORT,
                        Admission.ALL,
                        records::put);
    }

    @ParameterizedTest
    @CsvSource({
        "double,true",
        "double,false",
        "int32,true",
        "int32,false",
        "boolean,true",
        "boolean,false",
        "fixed_len_byte_array(2),false",
        "int96,false"
    })
    void shouldReadLabelsOfAnotherTypeWithoutValuesAsNull(String type, boolean statistics) throws Exception {
        final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
        final SplitResult result = split(file(Columns.POD_LABELS, type + " pod_labels", null, 0, statistics), records);
        assertThat(result.rows()).isEqualTo(ROWS);
        assertThat(result.dropped()).isEmpty();
        assertThat(result.unreadableLabels()).isZero();
        final Chunk chunk = ChunkCodec.decode(records.values().iterator().next());
        assertThat(chunk.text(Columns.POD_LABELS).codes()).containsOnly(0);
        assertThat(chunk.amounts(Columns.USAGE_CPU)).containsOnly(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReadAmountsOfAnotherTypeWithoutValuesAsNull(boolean statistics) throws Exception {
        final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
        split(file(Columns.USAGE_CPU, "binary " + Columns.USAGE_CPU + " (STRING)", null, 0, statistics), records);
        final Chunk chunk = ChunkCodec.decode(records.values().iterator().next());
        assertThat(chunk.amounts(Columns.USAGE_CPU)).containsOnly(Double.NaN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReadAListWithoutValuesAsNull(boolean statistics) throws Exception {
        final String list = "group pod_labels (LIST) { repeated group list { optional binary element (STRING); } }";
        assertThat(split(file(Columns.POD_LABELS, list, null, 0, statistics), new LinkedHashMap<>())
                        .rows())
                .isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"interval_start,INTERVAL_START", "node,NAME_MISSING"})
    void shouldDropRowsWhereTheColumnIsRequired(String column, DropReason reason) throws Exception {
        for (final boolean statistics : new boolean[] {true, false}) {
            final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
            final SplitResult result = split(file(column, "boolean " + column, null, 0, statistics), records);
            assertThat(result.dropped()).isEqualTo(Map.of(reason, (long) ROWS));
            assertThat(records).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRejectAValueAndSayWhereItIs(boolean statistics) {
        for (final int from : new int[] {0, 15, ROWS - 1}) {
            final byte[] bytes = file(Columns.POD_LABELS, "double pod_labels", 5.0, from, statistics);
            assertThatThrownBy(() -> split(bytes, new LinkedHashMap<>()))
                    .isInstanceOf(RejectedObjectException.class)
                    .hasMessageContaining("column pod_labels is optional double pod_labels instead of text")
                    .hasMessageContaining("row group " + from / ROWS_OF_A_GROUP + " has values in it")
                    .hasFieldOrPropertyWithValue("place", "row group " + from / ROWS_OF_A_GROUP);
        }
    }
}
