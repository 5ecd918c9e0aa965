package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.PayloadBuilder;

/** CSV files in forms that are taken. */
class CsvFileTest {
    private static final String UUID = "11111111-1111-4111-8111-111111111111";

    private final PayloadBucket bucket = new PayloadBucket();

    @Test
    void shouldCountRowsWithoutATime() {
        final String csv = """
            interval_start,node,node_labels
            yesterday,n,label_a:b
            ,n,label_a:b
            2025-11-03 00:00:00 +0000 UTC,n,label_a:b
            """;
        final UnpackedPayload unpacked = bucket.unpack(
                PayloadBuilder.of(UUID).file("a.csv", csv.getBytes(UTF_8)).bytes());
        assertThat(unpacked.rowsWithoutTime()).isEqualTo(2);
        assertThat(unpacked.objects()).extracting(UnpackedObject::rows).containsExactly(1L);
    }

    @Test
    void shouldReadColumnsInAnyOrderAndCaseAndSkipUnknownOnes() {
        final String csv = "\ufeffNode_Labels,more,\"INTERVAL_START\",node\r\n"
                + "\"label_a:\"\"b\"\"\",x,2025-11-03T00:00:00Z,knöt\r\n\r\n";
        final UnpackedPayload unpacked = bucket.unpack(
                PayloadBuilder.of(UUID).file("a.csv", csv.getBytes(UTF_8)).bytes());
        assertThat(unpacked.objects()).extracting(UnpackedObject::report).containsExactly(PayloadReport.NODE_LABELS);
    }

    @Test
    void shouldTakeAnEmptyFileForOneWithoutRows() {
        final UnpackedPayload unpacked = bucket.unpack(PayloadBuilder.of(UUID)
                .file("a.csv", new byte[0])
                .file("b.csv", "\n\r\n".getBytes(UTF_8))
                .bytes());
        assertThat(unpacked.files()).isEqualTo(2);
        assertThat(unpacked.rows()).isZero();
        assertThat(unpacked.objects()).isEmpty();
    }
}
