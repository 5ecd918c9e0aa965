package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.testkit.ProjectFiles;
import org.usagestreams.testkit.Rows;

/** Golden cases through {@code scripts/case}, each on a fresh cluster: from S3 put to PostgreSQL. */
class CaseIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"07-overwrite-and-remove,", "08-manifests, 5", "random-shared-00, 6"})
    void shouldWriteTheExpectedTable(String name, String seed) {
        final Path golden = ProjectFiles.of("verification/golden").resolve(name);
        final Path out = directory.resolve("out.csv");
        final List<String> arguments = new ArrayList<>(List.of("case", golden.toString(), "--out", out.toString()));
        if (seed != null) {
            arguments.addAll(List.of("--shuffle", seed));
        }
        assertEquals(0, CommandRunner.run(new Main(), arguments.toArray(String[]::new)));
        assertEquals(true, Files.exists(out));
        final List<Map<String, String>> rows = Rows.readCsv(out);
        assertEquals(List.of(), Rows.differences(Rows.readCsv(golden.resolve("expected.csv")), rows));
    }
}
