package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.ledger.ValidationRequests;
import org.usagestreams.service.validator.ValidatorInstance;
import org.usagestreams.wire.chunk.ReportType;
import picocli.CommandLine;

/** The validator: each day is compared with the bucket by itself, and what was found stands in {@code summary_status}. */
@Tag("containers")
class ContinuousValidationIT {
    private static int sources;

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    private String source;
    private String organisation;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(Map.of(), directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @BeforeEach
    void next() {
        source = "00000000-0000-4000-8000-8%011d".formatted(++sources);
        organisation = "org" + sources;
    }

    private static ValidatorInstance validator(Map<String, String> different) {
        final Map<String, String> settings = new HashMap<>(Map.of(
                "validation.delay.ms", "0",
                "validation.again.ms", "300",
                "validation.confirm.ms", "100",
                "validation.days", "100000",
                "validation.share", "1",
                "validation.metrics.ms", "100",
                "validation.memory", "256MB",
                "validation.dir", directory.resolve("validation").toString(),
                "validator.http.port", "0",
                "validator.health.port", "0"));
        settings.putAll(different);
        return ValidatorInstance.start(fixture.cluster.settings().with(settings));
    }

    private String key(String name) {
        return "data/" + organisation + "/OCP/source=" + source + "/year=2025/month=11/day=03/"
                + ReportType.POD_USAGE.longSegment() + "/" + name;
    }

    private void upload(String... namespaces) throws Exception {
        fixture.put(key("a.parquet"), pods("2025-11-03", namespaces));
        fixture.drained();
    }

    private static void execute(String sql) throws Exception {
        fixture.cluster.postgres().execute(sql);
    }

    /** The differences of all days; "open" where one is not validated, "unknown" where one could not be compared. */
    private String found() {
        return fixture.query("SELECT CASE WHEN count(*) = 0 THEN 'none' WHEN count(*) > count(*) FILTER (WHERE"
                        + " validated_revision = revision AND validated_epoch = epoch) THEN 'open' WHEN count(*) >"
                        + " count(differences) THEN 'unknown' ELSE sum(differences)::text END FROM usage.summary_status"
                        + " WHERE source_uuid = '" + source + "'")
                .get(0)
                .get(0);
    }

    private static String status(String... arguments) {
        final StringWriter out = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(out));
        final String[] all = Stream.concat(
                        Stream.of("status", "-c", fixture.settingsFile().toString()), Arrays.stream(arguments))
                .toArray(String[]::new);
        assertThat(line.execute(all)).isZero();
        return out.toString();
    }

    private static double metric(String nameAndLabels) {
        try {
            final HttpInterface.Address address = HttpInterface.Address.read(
                    directory.resolve("validation/instance-0").resolve(HttpInterface.FILE));
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.url() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(nameAndLabels + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(nameAndLabels.length() + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldFindEachOfAHundredRowsThatAreMadeWrong() throws Exception {
        // A file has an hour for each namespace; all are of one day.
        for (int file = 0; file < 6; file++) {
            fixture.put(
                    key("many-" + file + ".parquet"),
                    pods(
                            "2025-11-03",
                            IntStream.range(20 * file, 20 * file + 20)
                                    .mapToObj(i -> String.format("ns-%03d", i))
                                    .toArray(String[]::new)));
        }
        fixture.drained();
        try (ValidatorInstance validator = validator(Map.of())) {
            eventually("all the same", () -> found().equals("0"));
            assertThat(status("--days", "--source", source))
                    .contains("validated")
                    .doesNotContain("differ");
            final String table = fixture.cluster.table();
            final String rows = " WHERE source_uuid = '" + source + "' AND namespace BETWEEN ";
            execute("UPDATE " + table + " SET pod_usage_cpu_core_hours = pod_usage_cpu_core_hours * (1 + 1e-8)" + rows
                    + "'ns-000' AND 'ns-029';"
                    + "UPDATE " + table + " SET all_labels = '{\"a\": \"b\"}'" + rows + "'ns-030' AND 'ns-059';"
                    + "UPDATE " + table + " SET report_period_id = 7" + rows + "'ns-060' AND 'ns-079';"
                    + "DELETE FROM " + table + rows + "'ns-080' AND 'ns-089';"
                    + "INSERT INTO " + table + " (uuid, source_uuid, data_source, usage_start, usage_end, namespace)"
                    + " SELECT ('00000000-0000-5000-8000-0000000000' || n)::uuid, '" + source
                    + "', 'Pod', '2025-11-03', '2025-11-03', 'extra-' || n FROM generate_series(10, 19) n");
            eventually("each is found", () -> found().equals("100"));
            eventually(
                    "the metric",
                    () -> metric("usage_streams_rows_differing{organisation=\"" + organisation + "\"}") == 100);
            assertThat(metric(
                            "usage_streams_validated_days{organisation=\"" + organisation + "\",result=\"different\"}"))
                    .isPositive();
            assertThat(status("--days", "--source", source)).contains(" rows differ from the bucket");
            assertThat(status("--source", source))
                    .contains("warning: days that differ from the rows derived from the bucket");
            assertThat(validator.isAlive()).isTrue();
        }
        repair();
    }

    @Test
    void shouldForgetWhatItFoundWhenADayChanges() throws Exception {
        upload("shop");
        try (ValidatorInstance validator = validator(Map.of())) {
            eventually("all the same", () -> found().equals("0"));
            assertThat(validator.isAlive()).isTrue();
        }
        upload("shop", "mail");
        assertThat(found()).isEqualTo("open");
        assertThat(status("--days", "--source", source)).doesNotContain("validated");
        try (ValidatorInstance validator = validator(Map.of("validation.delay.ms", "86400000"))) {
            eventually(
                    "it waits for a while",
                    () -> metric("usage_streams_validated_days{organisation=\"" + organisation + "\",result=\"open\"}")
                            == 1);
            assertThat(validator.isAlive()).isTrue();
        }
        try (ValidatorInstance validator = validator(Map.of())) {
            eventually("all the same again", () -> found().equals("0"));
            assertThat(validator.isAlive()).isTrue();
        }
    }

    @Test
    void shouldSayThatItCannotTellWhereAFileCannotBeRead() throws Exception {
        upload("shop");
        final Path stored;
        try (Stream<Path> files = Files.walk(fixture.cluster.directory().resolve("s3"))) {
            stored = files.filter(file -> file.toString().contains(source) && file.endsWith("a.parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        // As where a disk fails: the store knows of no new version.
        final byte[] bytes = Files.readAllBytes(stored);
        Arrays.fill(bytes, 8, bytes.length / 3, (byte) 0x55);
        try (RandomAccessFile file = new RandomAccessFile(stored.toFile(), "rw")) {
            file.write(bytes);
        }
        try (ValidatorInstance validator = validator(Map.of())) {
            eventually("cannot tell", () -> found().equals("unknown"));
            assertThat(validator.isAlive()).isTrue();
        }
        assertThat(status("--days", "--source", source)).contains("validated: cannot tell");
        assertThat(status("--source", source)).contains("warning: days that could not be compared");
    }

    @Test
    void shouldWarnOfRowsOfCostManagementsOwnSummary() throws Exception {
        upload("shop", "mail");
        // As its summary step writes them, and one of a cost model, which is as it should be.
        execute("INSERT INTO " + fixture.cluster.table() + " (uuid, source_uuid, data_source, usage_start, usage_end,"
                + " namespace, pod_usage_cpu_core_hours) SELECT"
                + " gen_random_uuid(), source_uuid, data_source, usage_start,"
                + " usage_end, namespace,"
                + " pod_usage_cpu_core_hours"
                + " FROM"
                + " " + fixture.cluster.table()
                + " WHERE source_uuid = '" + source + "' AND namespace IN ('shop', 'mail');"
                + "INSERT INTO " + fixture.cluster.table() + " (uuid, source_uuid, data_source, usage_start, usage_end,"
                + " namespace) VALUES (gen_random_uuid(), '" + source
                + "', 'Pod', '2025-11-03', '2025-11-03', 'shop')");
        try (ValidatorInstance validator = validator(Map.of())) {
            eventually("ours are right", () -> found().equals("0"));
            eventually(
                    "the metric",
                    () -> metric("usage_streams_rows_doubled{organisation=\"" + organisation + "\"}") == 2);
            assertThat(validator.isAlive()).isTrue();
        }
        assertThat(status("--days", "--source", source)).contains("2 rows of cost management's own summary");
        assertThat(status("--source", source))
                .contains("days that have rows of cost management's own summary as well", ": 1");
    }

    private void ask() throws Exception {
        try (Connection connection = fixture.cluster.postgres().connect()) {
            assertThat(ValidationRequests.ask(
                            connection, "usage", organisation, UUID.fromString(source), LocalDate.of(2025, 11, 3), 10))
                    .isTrue();
        }
    }

    /** Writes all rows again, so that the other tests find none that differs. */
    private void repair() throws Exception {
        execute("DELETE FROM " + fixture.cluster.table() + " WHERE source_uuid = '" + source + "'");
        assertThat(fixture.run("replay", "--days", "--rewrite")).isZero();
    }

    /** How far the validation is that was asked for. */
    private String asked() {
        return fixture.query("SELECT CASE WHEN validation_begun_at >= validation_asked_at AND validated_at >="
                        + " validation_begun_at THEN 'done' ELSE 'open' END FROM usage.summary_status WHERE source_uuid"
                        + " = '" + source + "'")
                .get(0)
                .get(0);
    }

    @Test
    void shouldValidateADayAtOnceThatSomebodyAsksFor() throws Exception {
        upload("shop");
        ask();
        // Another validator has begun, and died.
        execute("UPDATE usage.summary_status SET validation_begun_at = now() WHERE source_uuid = '" + source + "'");
        // It would wait for a day, and after a comparison for a thousand times as long as that took.
        try (ValidatorInstance validator = validator(
                Map.of("validation.delay.ms", "86400000", "validation.again.ms", "0", "validation.share", "0.001"))) {
            eventually("it is compared", () -> asked().equals("done"));
            assertThat(found()).isEqualTo("0");
            execute("UPDATE " + fixture.cluster.table() + " SET pod_usage_cpu_core_hours = 7 WHERE source_uuid = '"
                    + source + "'");
            ask();
            eventually("it is compared again, twice", () -> asked().equals("done"));
            assertThat(found()).isNotIn("0", "open");
            assertThat(validator.isAlive()).isTrue();
        }
        repair();
    }
}
