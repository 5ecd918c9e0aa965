package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.SmallHeapJvm;

/** Large CSV files are unpacked in a heap of 256 MB. */
class UnpackerHeapIT {
    private static final int LINE = 500;

    @TempDir
    private Path folder;

    @Test
    void shouldUnpackALargeFile() throws Exception {
        unpack(100L << 20, 31);
    }

    @Test
    @Tag("long")
    void shouldUnpackAFileOfTwoGigabytes() throws Exception {
        unpack(2L << 30, 31);
    }

    /** Few rows have as many bytes of text as the heap: a text of a megabyte in each. */
    @Test
    void shouldUnpackLongTexts() throws Exception {
        final int rows = 300;
        final Random random = new Random(1);
        final byte[] few = new byte[5_000];
        unpack(rows, 1, 1 << 20, () -> {
            random.nextBytes(few);
            // Not so uniform that the archive is refused for what it unfolds to.
            return HexFormat.of().formatHex(few);
        });
    }

    /** Rows of all days of a month in turn, none of whose texts repeat soon. */
    private void unpack(long bytes, int days) throws Exception {
        unpack(bytes / LINE, days, LINE, () -> "");
    }

    private void unpack(long rows, int days, int line, Supplier<String> label) throws Exception {
        final Path archive = write(rows, days, line, label);
        final Path files = Files.createDirectory(folder.resolve("files"));
        final Process process = SmallHeapJvm.of(
                        "256m", "error", UnpackInSmallHeap.class, archive.toString(), files.toString())
                .start();
        final String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        assertThat(out).contains(rows + " rows, " + days + " objects");
    }

    private Path write(long rows, int days, int line, Supplier<String> label) throws IOException {
        final Path archive = folder.resolve("payload.tar.gz");
        final String header = "interval_start,node,namespace,pod,pod_usage_cpu_core_seconds,pod_labels\n";
        final byte[] manifest = ("{\"uuid\":\"11111111-1111-4111-8111-111111111111\",\"cluster_id\":\"c\","
                        + "\"date\":\"2025-11-03T00:00:00Z\",\"files\":[\"a.csv\"]}")
                .getBytes(US_ASCII);
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file), "UTF-8")) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            begin(tar, "a.csv", header.length() + rows * line);
            tar.write(header.getBytes(US_ASCII));
            final Random random = new Random(1);
            for (long row = 0; row < rows; row++) {
                final String start = String.format(
                                Locale.ROOT,
                                "2025-10-%02d %02d:00:00 +0000 UTC,node-%d,namespace-%d,pod-%d,%.5f,label_pod:%d|label_app:",
                                1 + row % days,
                                row / days % 24,
                                row % 500,
                                row % 700,
                                row % 100_000,
                                random.nextDouble(),
                                row % 100_000)
                        + label.get();
                tar.write((start + "x".repeat(line - 1 - start.length()) + "\n").getBytes(US_ASCII));
            }
            tar.closeArchiveEntry();
            begin(tar, "manifest.json", manifest.length);
            tar.write(manifest);
            tar.closeArchiveEntry();
        }
        return archive;
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
        final TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }
}
