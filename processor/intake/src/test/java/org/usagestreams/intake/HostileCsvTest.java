package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.PayloadBuilder;

/** Hostile CSV files in good archives. */
class HostileCsvTest extends HostilePayload {
    @Test
    void shouldRefuseWrongColumns() throws IOException {
        refuseCsv("a,b,c\n1,2,3\n", RejectionReason.UNKNOWN_REPORT, "a.csv: the columns \"a,b,c\"");
        refuseCsv("interval_start,node_labels\n", RejectionReason.MISSING_COLUMN, "lacks the columns node");
        refuseCsv("node,node_labels\n", RejectionReason.MISSING_COLUMN, "lacks the columns interval_start");
        refuseCsv("interval_start,node,node_labels,NODE\n", RejectionReason.BAD_HEADER, "\"node\" is there twice");
        refuseCsv("a,b,c,d,e,f,g,h,i,j,k\n", RejectionReason.TOO_MANY_COLUMNS, "more than 10 columns");
        refuseCsv(ROW, RejectionReason.UNKNOWN_REPORT, "a.csv");
    }

    @Test
    void shouldRefuseAColumnCountThatChanges() throws IOException {
        refuseCsv(HEAD + ROW + "a,b\n", RejectionReason.COLUMN_COUNT, "a.csv, line 3: the row has 2 fields");
        refuseCsv(HEAD + ROW + "a,b,c,d\n", RejectionReason.COLUMN_COUNT, "a.csv, line 3: the row has more fields");
    }

    @Test
    void shouldRefuseQuotesThatNeverClose() throws IOException {
        refuseCsv(HEAD + ROW + "2025-11-03,\"node", RejectionReason.BAD_QUOTES, "a.csv, line 3");
        refuseCsv(HEAD + "2025-11-03,\"node\"x,\n", RejectionReason.BAD_QUOTES, "a.csv, line 2");
        refuseCsv(HEAD + "2025-11-03,\"" + ROW.repeat(1_000), RejectionReason.LINE_TOO_LONG, "a.csv, line 2");
    }

    @Test
    void shouldRefuseLongLines() throws IOException {
        refuseCsv(HEAD + "2025-11-03," + "x".repeat(2_000), RejectionReason.LINE_TOO_LONG, "more than 1024 bytes");
        refuseCsv(
                HEAD + "2025-11-03," + "x".repeat(600) + "," + "y".repeat(600) + "\n",
                RejectionReason.LINE_TOO_LONG,
                "a.csv, line 2: the line has more than 1024 bytes");
        refuseCsv("x".repeat(2_000), RejectionReason.LINE_TOO_LONG, "a.csv, line 1");
    }

    @Test
    void shouldRefuseALineOfAHundredMegabytesInLittleMemory() throws IOException {
        final byte[] manifest = ("{\"uuid\":\"" + UUID + "\",\"cluster_id\":\"c\",\"date\":\"2025-11-03T00:00:00Z\","
                        + "\"files\":[\"a.csv\"]}")
                .getBytes(UTF_8);
        final byte[] part = new byte[1 << 20];
        Arrays.fill(part, (byte) 'x');
        final Path archive = folder.resolve("line.tar.gz");
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)) {
                    {
                        def.setLevel(Deflater.NO_COMPRESSION);
                    }
                })) {
            PayloadBuilder.Archives.file(tar, "manifest.json", manifest);
            final TarArchiveEntry entry = new TarArchiveEntry("a.csv");
            entry.setSize(HEAD.length() + 100L * part.length);
            tar.putArchiveEntry(entry);
            tar.write(HEAD.getBytes(UTF_8));
            for (int i = 0; i < 100; i++) {
                tar.write(part);
            }
            tar.closeArchiveEntry();
        }
        final Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(catchThrowableOfType(RejectedPayloadException.class, () -> new Unpacker(PayloadLimits.DEFAULTS)
                                .unpack(archive, unpacked, LocalDate.EPOCH))
                        .reason())
                .isEqualTo(RejectionReason.LINE_TOO_LONG);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(32L << 20);
    }

    @Test
    void shouldRefuseOtherEncodings() throws IOException {
        refuseCsv((HEAD + ROW).getBytes(UTF_16LE), RejectionReason.NOT_UTF8, "a.csv, line 1");
        refuseCsv(("\ufeff" + HEAD + ROW).getBytes(UTF_16LE), RejectionReason.NOT_UTF8, "a.csv, line 1");
        refuseCsv((HEAD + "2025-11-03,knöt,\n").getBytes(ISO_8859_1), RejectionReason.NOT_UTF8, "a.csv, line 2");
        refuseCsv(HEAD + "2025-11-03,a\0b,\n", RejectionReason.NUL_CHARACTER, "a.csv, line 2");
    }

    @Test
    void shouldRefuseFormulasAndWhatIsNoNumber() throws IOException {
        refuseCsv(HEAD + "2025-11-03,=cmd|' /C calc'!A0,\n", RejectionReason.FORMULA, "a.csv, line 2");
        final String pods = "interval_start,node,namespace,pod,pod_usage_cpu_core_seconds\n2025-11-03,n,n,p,";
        for (final String amount : List.of("=1+1", "12,5", "1e", "0x10", "1_000", "--1", "1.2.3", "٣", "1d")) {
            refuseCsv(
                    pods + '"' + amount + "\"\n",
                    RejectionReason.NOT_A_NUMBER,
                    "a.csv, line 2: pod_usage_cpu_core_seconds is");
        }
    }

    @Test
    void shouldRefuseTooManyDates() throws IOException {
        final StringBuilder csv = new StringBuilder(HEAD);
        for (int day = 1; day < 8; day++) {
            csv.append("2025-11-0").append(day).append(",n,\n");
        }
        refuseCsv(csv.toString(), RejectionReason.TOO_MANY_DATES, "more than 5 usage dates");
    }

    /** Rows are written while later ones are read. */
    @RepeatedTest(20)
    void shouldNameWhatIsWrongFirstWhereRowsAndLaterLinesAre() throws IOException {
        final StringBuilder csv = new StringBuilder(HEAD);
        for (int day = 1; day < 8; day++) {
            csv.append("2025-11-0").append(day).append(",n,\n");
        }
        csv.append("2025-11-01,n,\n".repeat(RowBuffer.ROWS)).append("2025-11-03,\"node");
        refuseCsv(csv.toString(), RejectionReason.TOO_MANY_DATES, "more than 5 usage dates");
    }

    @Test
    void shouldRefuseTooMuchOutput() throws IOException {
        final StringBuilder csv = new StringBuilder(HEAD);
        final Random random = new Random(1);
        for (int i = 0; i < 40_000; i++) {
            csv.append("2025-11-03,")
                    .append(Long.toHexString(random.nextLong()))
                    .append(random.nextLong())
                    .append(random.nextLong())
                    .append(",\n");
        }
        refuseCsv(csv.toString(), RejectionReason.TOO_MUCH_OUTPUT, "bytes of Parquet");
    }

    @Test
    void shouldRefuseWhatIsBeyondRetention() throws IOException {
        final Path archive = Files.write(
                folder.resolve("old.tar.gz"),
                PayloadBuilder.of(UUID)
                        .file("a.csv", (HEAD + ROW).getBytes(UTF_8))
                        .bytes());
        final Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
        final Unpacker unpacker = new Unpacker(SMALL);
        assertThat(catchThrowableOfType(
                                RejectedPayloadException.class,
                                () -> unpacker.unpack(archive, unpacked, LocalDate.parse("2025-11-04")))
                        .reason())
                .isEqualTo(RejectionReason.BEYOND_RETENTION);
        assertThat(unpacker.unpack(archive, unpacked, LocalDate.parse("2025-11-03"))
                        .objects())
                .hasSize(1);
    }

    @Test
    void shouldNotTakeAFailureOfTheDiskForThePayloads() {
        final Path missing = folder.resolve("missing.tar.gz");
        assertThat(catchThrowableOfType(
                        IOException.class, () -> new Unpacker(SMALL).unpack(missing, folder, LocalDate.EPOCH)))
                .isNotInstanceOf(RejectedPayloadException.class);
    }
}
