package org.usagestreams.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.wire.chunk.ReportType;

/**
 * Payloads of nise give the rows of the same data as Parquet. Skipped, with a word, where nise is not there: {@code pip install
 * koku-nise} brings it.
 */
@Tag("nise")
class NiseIT {
    @TempDir
    private static Path folder;

    private static Nise nise;

    private final PayloadBucket bucket = new PayloadBucket();
    private final PayloadBucket parquet = new PayloadBucket();

    @BeforeAll
    static void start() throws IOException {
        final Path program = Nise.program().orElse(null);
        if (program == null) {
            System.out.println("skipped: NiseIT; nise is not there");
        }
        assumeTrue(program != null, "nise is not there");
        nise = new Nise(program, folder);
    }

    @AfterAll
    static void end() {
        if (nise != null) {
            nise.close();
        }
    }

    private UnpackedPayload unpack(byte[] payload) {
        final UnpackedPayload unpacked = bucket.unpack(payload);
        assertThat(unpacked.unlisted()).isEmpty();
        assertThat(unpacked.rowsWithoutTime()).isZero();
        return unpacked;
    }

    /** Puts the rows of payloads as Parquet, and compares. */
    private void expect(List<byte[]> payloads) throws IOException {
        for (final byte[] payload : payloads) {
            OperatorRows.read(payload).forEach(parquet::parquet);
        }
        final Map<String, String> expected = parquet.summary();
        assertThat(bucket.summary()).hasSizeGreaterThan(10).isEqualTo(expected);
    }

    @Test
    void shouldGiveTheRowsOfDailyPayloadsHoweverOftenTheyCome() throws Exception {
        final List<byte[]> first = nise.whole("2025-11-01", "2025-11-02", "--daily-reports");
        final List<byte[]> second = nise.whole("2025-11-01", "2025-11-03", "--daily-reports", "--ros-ocp-info");
        assertThat(first).hasSize(1);
        assertThat(second).hasSize(1);
        unpack(first.get(0));
        final UnpackedPayload unpacked = unpack(second.get(0));
        assertThat(unpacked.missing()).isEmpty();
        assertThat(unpacked.optimizationFiles()).isPositive();
        // By itself, nise gives namespaces no labels.
        assertThat(unpacked.objects())
                .extracting(UnpackedObject::report)
                .contains(
                        PayloadReport.POD_USAGE,
                        PayloadReport.STORAGE_USAGE,
                        PayloadReport.NODE_LABELS,
                        PayloadReport.VM_USAGE,
                        PayloadReport.GPU_USAGE);
        final Map<String, byte[]> objects = Map.copyOf(bucket.objects());
        expect(second);
        unpack(second.get(0));
        assertThat(bucket.objects()).hasSameSizeAs(objects);
        objects.forEach(
                (key, bytes) -> assertThat(bucket.objects().get(key)).as(key).isEqualTo(bytes));
        assertThat(bucket.summary()).isEqualTo(parquet.summary());
    }

    @Test
    void shouldGiveTheRowsOfASplitPayload() throws Exception {
        final List<byte[]> payloads = nise.split("2025-11-01", "2025-11-02", "--daily-reports");
        assertThat(payloads).hasSizeGreaterThanOrEqualTo(ReportType.values().length);
        payloads.forEach(payload -> assertThat(unpack(payload).missing()).hasSize(payloads.size() - 1));
        expect(payloads);
    }

    @Test
    void shouldGiveTheRowsOfAdditivePayloadsOfTwoMonths() throws Exception {
        final List<byte[]> payloads = new ArrayList<>(nise.whole("2025-10-31", "2025-11-02"));
        assertThat(payloads).as("one for each month").hasSize(2);
        payloads.addAll(nise.whole("2025-11-01", "2025-11-02"));
        payloads.forEach(this::unpack);
        assertThat(bucket.objects().keySet())
                .anyMatch(key -> key.contains("/month=10/day=31/"))
                .anyMatch(key -> key.contains("/month=11/day=01/"));
        expect(payloads);
    }
}
