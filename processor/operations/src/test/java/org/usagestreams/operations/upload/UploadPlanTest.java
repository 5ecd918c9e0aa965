package org.usagestreams.operations.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.sample.SampleData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.ParquetBytes;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.notification.ReportKey;

class UploadPlanTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ff";

    private final UploadPlan plan = new UploadPlan("org9");

    @TempDir
    private Path directory;

    private Path generated;

    @BeforeEach
    void generate() throws IOException {
        generated = directory.resolve("g");
        new SampleData(
                        new SampleOptions(
                                "org1234567",
                                1,
                                2,
                                2,
                                2,
                                1,
                                LocalDate.of(2025, 11, 1),
                                1,
                                SampleOptions.LabelForm.JSON,
                                SampleOptions.TimeForm.MILLIS,
                                CompressionCodecName.SNAPPY,
                                false),
                        generated)
                .write(file -> {});
    }

    @Test
    void shouldLeaveKeysOfFilesThatLieAsInABucketAsTheyAre() throws IOException {
        assertThat(plan.plan(List.of(generated), null, null, LocalDate.EPOCH))
                .hasSize(4)
                .allSatisfy(planned -> {
                    assertThat(planned.key()).startsWith("data/org1234567/OCP/source=");
                    assertThat(planned.file()).endsWith(Path.of(planned.key()));
                });
    }

    @Test
    void shouldTellTheTypeByTheColumns() throws IOException {
        for (final PlannedUpload planned : plan.plan(List.of(generated), null, null, LocalDate.EPOCH)) {
            final ReportType type = ReportKey.of(planned.key()).orElseThrow().type();
            final Path copy = Files.copy(planned.file(), directory.resolve(type + ".parquet"));
            assertThat(plan.plan(List.of(copy), SOURCE, null, LocalDate.of(2025, 11, 7)))
                    .containsExactly(new PlannedUpload(
                            copy,
                            "data/org9/OCP/source=" + SOURCE + "/year=2025/month=11/day=07/" + type.longSegment() + "/"
                                    + type + ".parquet"));
        }
    }

    @Test
    void shouldLeaveOutReportsOfOtherTypesInAFolder() throws IOException {
        final Path folder = Files.createDirectories(generated.resolve(
                "data/org1234567/OCP/source=" + SOURCE + "/year=2025/month=11/day=01/openshift_vm_usage_line_items"));
        final Path other = Files.write(
                folder.resolve("vm.parquet"),
                ParquetBytes.write(
                        "message m { optional double vm_uptime; }", List.of(Map.of("vm_uptime", 1.0)), o -> o));
        final List<Path> leftOut = new ArrayList<>();
        assertThat(plan.plan(List.of(generated), null, null, LocalDate.EPOCH, leftOut::add))
                .hasSize(4);
        assertThat(leftOut).containsExactly(other);
        assertThatThrownBy(() -> plan.plan(List.of(other), SOURCE, null, LocalDate.EPOCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(
                        "vm.parquet: Cannot tell the report type: the columns are not those of exactly one"
                                + " type. Name it with --type.");
    }

    @Test
    void shouldListAllFilesThatDoNotTellWhereTheyBelong() throws IOException {
        final Path text = Files.writeString(directory.resolve("x.parquet"), "no parquet");
        final Path missing = directory.resolve("missing.parquet");
        assertThatThrownBy(() -> plan.plan(List.of(text, missing), SOURCE, null, LocalDate.EPOCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x.parquet: Cannot read the file as Parquet: it does not begin with PAR1.")
                .hasMessageContaining("name its type with --type")
                .hasMessageContaining("missing.parquet: Cannot read the file: it does not exist.");
        assertThatThrownBy(() -> plan.plan(List.of(text), null, ReportType.POD_USAGE, LocalDate.EPOCH))
                .hasMessageContaining("Name it with --source.");
    }

    @Test
    void shouldSayWhyAFileThatIsCutOffCannotBeRead() throws IOException {
        final Path cut = Files.writeString(directory.resolve("cut.parquet"), "PAR1 and no more than that");
        assertThatThrownBy(() -> plan.plan(List.of(cut), SOURCE, null, LocalDate.EPOCH))
                .hasMessageContaining("cut.parquet is not a Parquet file")
                .hasMessageNotContaining("LocalInputFile");
    }
}
