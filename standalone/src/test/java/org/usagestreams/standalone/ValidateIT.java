package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.testkit.RandomReports.pods;

import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.validation.ValidateCommand;
import org.usagestreams.wire.chunk.ReportType;
import picocli.CommandLine;

/** {@code scripts/validate}: the table against the bucket. */
@Tag("containers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ValidateIT {
    private static final String SOURCE = "00000000-0000-4000-8000-300000000001";
    private static final String OTHER = "00000000-0000-4000-8000-300000000002";
    private static final String THIRD = "00000000-0000-4000-8000-300000000003";

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(Map.of("objects.exclude", "*/left-out.parquet"), directory);
        fixture.put(key(SOURCE, "a.parquet"), pods("2025-11-03", "shop", "mail"));
        fixture.put(key(SOURCE, "b.parquet"), pods("2025-11-04", "shop"));
        fixture.put(key(SOURCE, "broken.parquet"), "no Parquet".getBytes(StandardCharsets.UTF_8));
        fixture.put(key(SOURCE, "broken-pages.parquet"), withBrokenPages(pods("2025-11-03", "shop")));
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

    /** Its footer is whole, and tells where the pages are. */
    private static byte[] withBrokenPages(byte[] file) {
        Arrays.fill(file, 8, file.length / 3, (byte) 0x55);
        return file;
    }

    @Test
    @Order(1)
    void shouldOpenOnlyWhatIsAskedFor() throws Exception {
        assertTrue(validate(0, "--source", OTHER).contains("2 objects, 3 rows expected"), "one source");
        assertTrue(
                validate(0, "--source", SOURCE, "--from", "2025-11-04").contains("3 objects, 2 rows expected"),
                "that of the day, and two that were refused");
        assertTrue(validate(0, "--from", "2025-11-06", "--source", OTHER).contains("0 objects, 0 rows expected"));
        assertTrue(validate(0, "--to", "2025-11-02", "--source", OTHER).contains("0 objects, 0 rows expected"));
        assertTrue(validate(0, "--organisation", "org1234567").contains("6 objects, 8 rows expected"));
        assertTrue(validate(0, "--organisation", "other").contains("0 objects, 0 rows expected"));
    }

    @Test
    @Order(2)
    void shouldSayThatAllIsTheSameOrWhatDiffers() throws Exception {
        final String same = validate(0);
        assertTrue(same.contains("6 objects, 8 rows expected, 8 rows in the table: all the same"), same);
        assertTrue(same.contains("counts for nothing: " + key(SOURCE, "broken.parquet")), same);
        assertTrue(same.contains("counts for nothing: " + key(SOURCE, "broken-pages.parquet")), same);

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

    @Test
    @Order(3)
    void shouldFindEachOfAHundredRowsThatAreMadeWrong() throws Exception {
        final String[] namespaces = IntStream.range(0, 125)
                .mapToObj(i -> String.format("ns-%03d", i))
                .toArray(String[]::new);
        fixture.put(key(THIRD, "many.parquet"), pods("2025-11-03", namespaces));
        fixture.drained();
        validate(0, "--source", THIRD);
        final String table = fixture.cluster.table();
        final String rows = " WHERE source_uuid = '" + THIRD + "' AND namespace BETWEEN ";
        fixture.cluster
                .postgres()
                .execute("UPDATE " + table + " SET pod_usage_cpu_core_hours ="
                        + " pod_usage_cpu_core_hours * (1 + 1e-8)" + rows + "'ns-000' AND 'ns-019'");
        fixture.cluster
                .postgres()
                .execute("UPDATE " + table + " SET cluster_capacity_cpu_core_hours = NULL" + rows
                        + "'ns-020' AND 'ns-039'");
        fixture.cluster
                .postgres()
                .execute("UPDATE " + table + " SET all_labels = '{\"a\": \"b\"}'" + rows + "'ns-040' AND 'ns-059'");
        fixture.cluster
                .postgres()
                .execute("UPDATE " + table + " SET report_period_id = 7" + rows + "'ns-060' AND 'ns-079'");
        fixture.cluster.postgres().execute("DELETE FROM " + table + rows + "'ns-080' AND 'ns-089'");
        fixture.cluster
                .postgres()
                .execute("INSERT INTO " + table + " (uuid, source_uuid, data_source, usage_start,"
                        + " usage_end, namespace) SELECT ('00000000-0000-5000-8000-0000000000' || n)::uuid, '" + THIRD
                        + "', 'Pod', '2025-11-03', '2025-11-03', 'extra-' || n FROM generate_series(10, 19) n");
        final String wrong = validate(1, "--source", THIRD, "--most", "200");
        assertTrue(wrong.contains(": 100 differ"), wrong);
        assertEquals(
                100, wrong.lines().filter(line -> line.startsWith("a row ")).count(), wrong);
    }

    @Test
    @Order(4)
    void shouldLeaveOutTheDaysOfAFileThatItCannotReadAnyMore() throws Exception {
        final Path stored;
        try (Stream<Path> files = Files.walk(fixture.cluster.directory().resolve("s3"))) {
            stored = files.filter(file -> file.endsWith(Path.of("source=" + OTHER, "year=2025", "month=11", "day=03")
                            .resolve(ReportType.POD_USAGE.longSegment())
                            .resolve("a.parquet")))
                    .findFirst()
                    .orElseThrow();
        }
        // As where a disk fails: the store knows of no new version.
        final byte[] bytes = withBrokenPages(Files.readAllBytes(stored));
        try (RandomAccessFile file = new RandomAccessFile(stored.toFile(), "rw")) {
            file.write(bytes);
        }
        final String said = validate(5, "--source", OTHER);
        assertTrue(said.contains("so its days are not compared: " + key(OTHER, "a.parquet")), said);
        assertTrue(said.contains("0 rows expected"), said);
    }

    @Test
    @Order(5)
    void shouldSayThatItCannotTell() throws Exception {
        final String said = validate(5, "-s", "postgres.url=jdbc:postgresql://127.0.0.1:1/none");
        assertTrue(said.contains("Cannot tell whether the table is right: "), said);
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
