package org.usagestreams.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.usagestreams.sample.ReportWriter;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.testing.PoisonFile;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ReportType;

/** Pod reports that are a burden to those who share a system with their sources. */
final class AttackFiles {
    private static final SampleOptions OPTIONS = new SampleOptions(
            "org1234567",
            1,
            1,
            1,
            1,
            1,
            LocalDate.parse("2025-11-03"),
            1,
            SampleOptions.LabelForm.JSON,
            SampleOptions.TimeForm.MILLIS,
            CompressionCodecName.ZSTD,
            false);

    private AttackFiles() {}

    /** Fills a row. */
    private interface Row {
        ReportRow of(int number);
    }

    /** An honest report of so many line items, each of a pod of its own, in a hundred namespaces. */
    static byte[] large(int rows, String date) {
        return write(rows, number -> ReportRow.pod()
                .start(date, number % 24)
                .node("node-" + number % 50)
                .namespace("namespace-" + number % 100)
                .pod("pod-" + number)
                .cpu(number % 3_600 + 0.125));
    }

    /** A report of two million namespaces, each with a label set of its own, from two megabytes. */
    static byte[] groups(String date) {
        return write(2_000_000, number -> ReportRow.pod()
                .start(date, 0)
                .node("n")
                .namespace("n" + number)
                .pod("n")
                .cpu(1d)
                .labels(Map.of("a", String.valueOf(number))));
    }

    /** Every poison file by its name. */
    static Map<String, byte[]> poison() {
        final Map<String, byte[]> files = new LinkedHashMap<>();
        for (final PoisonFile file : PoisonFile.values()) {
            files.put(file.name(), file.bytes());
        }
        return files;
    }

    private static byte[] write(int rows, Row row) {
        try {
            final Path file = Files.createTempFile("report", ".parquet");
            try {
                try (ReportWriter writer = new ReportWriter(file, ReportType.POD_USAGE, OPTIONS)) {
                    for (int i = 0; i < rows; i++) {
                        writer.write(row.of(i).values());
                    }
                }
                return Files.readAllBytes(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
