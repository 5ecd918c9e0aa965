package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.testkit.RandomReports.pods;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.validation.ValidateCommand;
import picocli.CommandLine;

/** {@code scripts/validate}: the table against the bucket. */
@Tag("containers")
class ValidateIT {
    private static final String SOURCE = "00000000-0000-4000-8000-300000000001";
    private static final String OTHER = "00000000-0000-4000-8000-300000000002";

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(Map.of("objects.exclude", "*/left-out.parquet"), directory);
        fixture.put(key(SOURCE, "a.parquet"), pods("2025-11-03", "shop", "mail"));
        fixture.put(key(SOURCE, "b.parquet"), pods("2025-11-04", "shop"));
        fixture.put(key(SOURCE, "broken.parquet"), "no Parquet".getBytes(StandardCharsets.UTF_8));
        fixture.put(key(SOURCE, "left-out.parquet"), pods("2025-11-05", "shop"));
        // The same line items twice: those of the later upload count.
        fixture.put(key(OTHER, "a.parquet"), pods("2025-11-03", "shop", "mail"));
        fixture.put(key(OTHER, "again.parquet"), pods("2025-11-03", "shop"));
        fixture.drained();
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void shouldSayThatAllIsTheSameOrWhatDiffers() throws Exception {
        final String same = validate(0);
        assertTrue(same.contains("5 objects, 8 rows expected, 8 rows in the table: all the same"), same);
        assertTrue(same.contains("counts for nothing: " + key(SOURCE, "broken.parquet")), same);

        fixture.cluster
                .postgres()
                .execute("UPDATE " + fixture.cluster.table() + " SET pod_usage_cpu_core_hours = 7 WHERE source_uuid = '"
                        + SOURCE + "' AND namespace = 'mail'");
        fixture.cluster
                .postgres()
                .execute("DELETE FROM " + fixture.cluster.table() + " WHERE source_uuid = '" + SOURCE
                        + "' AND usage_start = '2025-11-04' AND namespace = 'shop'");
        final String wrong = validate(1);
        assertTrue(wrong.contains("8 rows expected, 7 rows in the table: 2 differ"), wrong);
        assertTrue(wrong.contains("a row differs: Pod " + SOURCE + " 2025-11-03 mail"), wrong);
        assertTrue(wrong.contains("pod_usage_cpu_core_hours is 7.000000000000000, expected "), wrong);
        assertTrue(wrong.contains("a row is missing: Pod " + SOURCE + " 2025-11-04 shop"), wrong);

        assertTrue(validate(0, "--source", OTHER).contains("all the same"), "the other cluster is right");
        assertTrue(validate(1, "--to", "2025-11-03", "--source", SOURCE).contains("1 differ"), "one of that day");
        assertTrue(validate(1, "--from", "2025-11-04").contains("1 differ"), "one of the next");
        assertTrue(validate(1, "--most", "1").contains("... and 1 more"), "not all are told one by one");
    }

    private static String validate(int exitCode, String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-c", fixture.settingsFile().toString(), "--work", directory.toString()));
        final StringWriter out = new StringWriter();
        final int code = new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out))
                .execute(all.toArray(String[]::new));
        assertEquals(exitCode, code, out::toString);
        return out.toString();
    }
}
