package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.InputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.store.StoreException;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.testkit.ParquetBytes;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** What is said of files that are none, or are broken somewhere. */
class BrokenFileTest {
    private static final ReportKey REPORT =
            new ReportKey("org", "00000000-0000-4000-8000-0000000000ee", ReportType.POD_USAGE, false);
    private static final String CSV = "interval_start,node\n2025-11-03 00:00:00 +0000 UTC,n1\n".repeat(100);

    private static SplitResult split(InputFile file) throws IOException, RejectedObjectException {
        return new ObjectSplitter(SplitLimits.DEFAULTS)
                .split(file, ObjectVersion.getDefaultInstance(), REPORT, Admission.ALL, (key, value) -> {});
    }

    private static RejectedObjectException rejection(byte[] bytes) {
        return catchThrowableOfType(RejectedObjectException.class, () -> split(new BytesInputFile(bytes)));
    }

    /** Two row groups of several pages each. */
    private static byte[] report() {
        return report(true);
    }

    private static byte[] report(boolean checksums) {
        final List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(Map.of(
                    Columns.INTERVAL_START,
                    1_762_153_200_000L,
                    Columns.NODE,
                    "node-" + i,
                    Columns.NAMESPACE,
                    "shop",
                    Columns.POD,
                    "web-" + i,
                    Columns.USAGE_CPU,
                    i * 1.5));
        }
        return ParquetBytes.write(
                "message m { optional int64 interval_start (TIMESTAMP(MILLIS,true)); optional binary node (STRING);"
                        + " optional binary namespace (STRING); optional binary pod (STRING);"
                        + " optional double pod_usage_cpu_core_seconds; }",
                rows,
                builder -> builder.withRowGroupRowCountLimit(1_000)
                        .withPageRowCountLimit(100)
                        .withDictionaryEncoding(false)
                        .withPageWriteChecksumEnabled(checksums));
    }

    private static ColumnChunkMetaData chunk(byte[] bytes, int rowGroup, String column) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                new BytesInputFile(bytes),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            return reader.getRowGroups().get(rowGroup).getColumns().stream()
                    .filter(chunk -> chunk.getPath().toDotString().equals(column))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void shouldSayThatSomethingElseIsNoParquetFile() throws IOException {
        assertThat(rejection(CSV.getBytes(UTF_8)))
                .hasMessage("not a Parquet file: it does not end with PAR1, and looks like CSV")
                .hasFieldOrPropertyWithValue("place", "footer");
        assertThat(rejection("a text\n".repeat(9).getBytes(UTF_8))).hasMessageEndingWith("looks like text");
        assertThat(rejection("{\"a\": [1, 2, 3], \"b\": 2}".getBytes(UTF_8))).hasMessageEndingWith("looks like JSON");
        final ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(CSV.getBytes(UTF_8));
        }
        assertThat(rejection(gzip.toByteArray())).hasMessageEndingWith("looks like gzip");
        final ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("a.csv"));
            out.write(CSV.getBytes(UTF_8));
        }
        assertThat(rejection(zip.toByteArray())).hasMessageEndingWith("looks like a zip archive");
        assertThat(rejection(new byte[0])).hasMessage("not a Parquet file: it has 0 bytes");
        assertThat(rejection("no".getBytes(UTF_8)))
                .hasMessage("not a Parquet file: it has 2 bytes, and looks like text");
    }

    @Test
    void shouldBelieveNoLengthOfWhatBeginsOtherwise() {
        final byte[] bytes = (CSV + "xxxxPAR1").getBytes(UTF_8);
        assertThat(rejection(bytes)).hasMessage("not a Parquet file: it does not begin with PAR1, and looks like CSV");
        final byte[] short1 = (CSV + "\1\0\0\0PAR1").getBytes(UTF_8);
        assertThat(rejection(short1)).hasMessageStartingWith("not a Parquet file: it does not begin with PAR1");
    }

    @Test
    void shouldSayThatAFileIsCutOff() {
        final byte[] whole = report();
        assertThat(rejection(Arrays.copyOf(whole, whole.length / 2))).hasMessage("not a Parquet file: it is cut off");
    }

    @Test
    void shouldSayThatAFooterIsEncrypted() {
        final byte[] bytes = report();
        bytes[bytes.length - 1] = 'E';
        assertThat(rejection(bytes)).hasMessageStartingWith("its footer is encrypted: it ends with PARE");
    }

    @ParameterizedTest
    @ValueSource(strings = {Columns.INTERVAL_START, Columns.POD, Columns.USAGE_CPU})
    void shouldNameColumnRowGroupAndPageOfAPageWithAnotherChecksum(String column) throws IOException {
        for (int rowGroup = 0; rowGroup < 2; rowGroup++) {
            final byte[] bytes = report();
            final ColumnChunkMetaData chunk = chunk(bytes, rowGroup, column);
            final int end = (int) (chunk.getStartingPos() + chunk.getTotalSize());
            Arrays.fill(bytes, end - 5, end, (byte) 0x55);
            assertThat(rejection(bytes))
                    .hasMessage("not readable as Parquet: column " + column + " is broken in row group " + rowGroup
                            + ", page 9: its bytes do not match the checksum in its header")
                    .hasFieldOrPropertyWithValue("place", "row group " + rowGroup);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Columns.POD, Columns.USAGE_CPU})
    void shouldNameColumnRowGroupAndPageOfABrokenPage(String column) throws IOException {
        for (int rowGroup = 0; rowGroup < 2; rowGroup++) {
            final byte[] bytes = report(false);
            final ColumnChunkMetaData chunk = chunk(bytes, rowGroup, column);
            final int end = (int) (chunk.getStartingPos() + chunk.getTotalSize());
            Arrays.fill(bytes, end - 100, end, (byte) 0xff);
            assertThat(rejection(bytes))
                    .hasMessageStartingWith("not readable as Parquet: column " + column + " is broken in row group "
                            + rowGroup + ", page 9: ")
                    .hasFieldOrPropertyWithValue("place", "row group " + rowGroup);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0xff, 0x15})
    void shouldNameColumnAndRowGroupOfABrokenHeader(int value) throws IOException {
        final byte[] bytes = report();
        final ColumnChunkMetaData chunk = chunk(bytes, 1, Columns.POD);
        final int start = (int) chunk.getStartingPos();
        Arrays.fill(bytes, start, (int) (start + chunk.getTotalSize()), (byte) value);
        assertThat(rejection(bytes))
                .hasMessageStartingWith("not readable as Parquet: column pod is broken in row group 1")
                .hasMessageNotContaining("ocket");
    }

    @Test
    void shouldLeaveAFailureOfTheStoreToTheStore() {
        final byte[] bytes = report();
        for (int failing = 1; failing <= 4; failing++) {
            final int last = failing;
            final int[] reads = {0};
            assertThatThrownBy(() -> split(new RangedInputFile(bytes.length, 1 << 10, (offset, length) -> {
                        if (++reads[0] >= last) {
                            throw new IOException("connection reset");
                        }
                        return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
                    })))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("connection reset");
        }
    }
}
