package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.testkit.RandomReports.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.console.ConsoleInstance;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.topics.KafkaClients;

/** The console over a whole system: what happened to a file is found by a search and one click. */
@Tag("containers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
    private static final String SOURCE = "00000000-0000-4000-8000-000000000021";
    private static final String HELD_UP = "00000000-0000-4000-8000-000000000022";
    private static final String DOWN = "00000000-0000-4000-8000-000000000023";
    private static final String HOSTILE = "<script>alert(1)</script>";
    private static final Duration WITHIN = Duration.ofMinutes(4);
    private static final String CHROMIUM = "/usr/bin/chromium";

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;
    private static ConsoleInstance console;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(Map.of(), directory);
        console = ConsoleInstance.start(fixture.cluster
                .settings()
                .with(Map.of("console.http.port", "0", "console.connect.url", fixture.cluster.connectUrl())));
        fixture.put(key(SOURCE, "loaded.parquet"), pods("2025-11-03", "shop", "payments", HOSTILE));
        fixture.put(key(SOURCE, "second.parquet"), pods("2025-11-04", "shop", "payments", "kube-system"));
        fixture.put(key(SOURCE, "replaced.parquet"), pods("2025-11-05", "shop"));
        fixture.put(key(SOURCE, "removed.parquet"), pods("2025-11-06", "shop"));
        fixture.put(key(SOURCE, "failed.parquet"), "no Parquet".getBytes(StandardCharsets.UTF_8));
        fixture.put("notes/" + HOSTILE + ".txt", new byte[] {1});
        drained();
        fixture.put(key(SOURCE, "replaced.parquet"), pods("2025-11-05", "shop", "mail"));
        fixture.remove(key(SOURCE, "removed.parquet"));
        drained();
        eventually(
                "a removed one",
                () -> fixture.query("SELECT 1 FROM usage.upload_ledger WHERE state = 'REMOVED'")
                                .size()
                        == 1);
    }

    @AfterAll
    static void end() throws Exception {
        if (console != null) {
            console.close();
        }
        if (fixture != null) {
            fixture.close();
        }
    }

    private static void drained() {
        assertThat(fixture.drain.await(WITHIN)).isTrue();
    }

    private static void eventually(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .until(condition::getAsBoolean);
    }

    private static HttpResponse<String> response(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(console.url() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String page(String path) {
        final HttpResponse<String> response = response(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The page that a search for a name leads to with one click. */
    private static String found(String name) {
        final String files = page("/files?object=" + encoded(name));
        final int link = files.indexOf("/file?bucket=");
        assertThat(link).as(files).isPositive();
        return page(files.substring(link, files.indexOf('"', link)).replace("&amp;", "&"));
    }

    @Order(1)
    @ParameterizedTest
    @CsvSource({
        "loaded.parquet, It is loaded",
        "removed.parquet, Removed",
        "failed.parquet, Failed at step SPLIT",
        "notes/, Ignored",
        "never-sent.parquet, Not notified"
    })
    void shouldAnswerWhyAFileIsNotIn(String name, String answer) {
        assertThat(found(name)).contains("<h2>" + answer + "</h2>");
    }

    @Order(2)
    @Test
    void shouldShowWhatSupersededAVersion() {
        assertThat(found("replaced.parquet")).contains("SUPERSEDED", "a newer version", "LOADED");
    }

    @Order(3)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/days",
                "/files",
                "/failures",
                "/data?from=2025-11-01&to=2025-11-30",
                "/fleet",
                "/topology",
                "/settings"
            })
    void shouldEscapeHostileNames(String path) {
        assertThat(page(path)).doesNotContain(HOSTILE).contains("</html>");
    }

    @Order(4)
    @Test
    void shouldShowDaysDataAndFailures() {
        assertThat(page("/days")).contains("2025-11-03", SOURCE);
        assertThat(page("/day?organisation=org1234567&source=" + SOURCE + "&date=2025-11-03"))
                .contains("loaded.parquet");
        assertThat(page("/data?from=2025-11-01&to=2025-11-30")).contains("payments", "<rect", "&lt;script&gt;");
        assertThat(page("/data.csv?from=2025-11-01&to=2025-11-30")).contains("\"payments\"");
        final String of = "/explain?organisation=org1234567&date=2025-11-03&by=";
        assertThat(page(of + "namespace&name=payments"))
                .contains("loaded.parquet")
                .doesNotContain("second.parquet", "Not read");
        assertThat(page(of + "namespace&name=unknown")).contains("No object that was read has such line items");
        assertThat(page("/data?from=2025-11-03&to=2025-11-03"))
                .contains(of.replace("&", "&amp;").replace("date", "source=&amp;date") + "namespace&amp;name=payments");
        eventually("the dead letter", () -> page("/failures").contains("failed.parquet"));
        assertThat(page("/settings")).doesNotContain(fixture.cluster.postgres().password());
    }

    @Order(5)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/now",
                "/days",
                "/files",
                "/failures",
                "/data",
                "/fleet",
                "/topology",
                "/settings",
                "/openapi.json"
            })
    void shouldAnswerTheSameByTheApi(String path) {
        assertThat(page("/api/v1" + path)).startsWith("{");
    }

    @Order(5)
    @Test
    void shouldShowRatesInstancesAndTheTopology() throws Exception {
        eventually("rates", () -> {
            final JsonNode rates = json("/api/v1/now").path("state").path("rates");
            return rates.has("read") && rates.has("published") && rates.has("loaded");
        });
        assertThat(json("/api/v1/now").path("stages").findValuesAsText("name"))
                .containsSubsequence("Bucket", "Splitter", "Processor", "Sink", "PostgreSQL");
        // Each is shown once: what it tells of itself, and what the broker knows.
        eventually("instances", () -> List.of("splitter", "processor").stream().allMatch(service -> {
            final List<JsonNode> rows = new ArrayList<>();
            json("/api/v1/fleet").path("instances").forEach(row -> {
                if (service.equals(row.path("service").asText())) {
                    rows.add(row);
                }
            });
            return rows.size() == 1
                    && "ready".equals(rows.get(0).path("health").asText())
                    && rows.get(0).path("partitions").asInt() > 0;
        }));
        assertThat(page("/topology")).contains("<svg", "day-summary", "usage.chunks");
        assertThat(json("/api/v1/topology").path("subtopologies")).hasSizeGreaterThan(1);
    }

    @Order(5)
    @Test
    void shouldShowReferenceDataAsItIsInEffect() {
        new ReferencePublisher(
                        KafkaClients.real(),
                        fixture.cluster.settings().kafkaClient(),
                        fixture.cluster.settings().topics())
                .publish(new ReferenceSet(
                        "org1234567",
                        Optional.empty(),
                        Optional.of(Set.of("application")),
                        Optional.empty(),
                        Optional.of(Map.of(HOSTILE, "application"))));
        eventually("the mapping", () -> page("/reference?organisation=org1234567")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;</td><td class=\"key\">application</td>"));
        assertThat(json("/api/v1/reference?organisation=org1234567")
                        .path("enabled_keys")
                        .findValuesAsText("name"))
                .contains("application");
        assertThat(page("/reference?organisation=nobody")).contains("</html>");
    }

    private static JsonNode json(String path) {
        try {
            return new JsonMapper().readTree(page(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Order(6)
    @Test
    void shouldSayWhatMakesNoSense() {
        assertThat(response("/api/v1/files?source=x").statusCode()).isEqualTo(400);
        assertThat(response("/files?state=LOST").statusCode()).isEqualTo(400);
        assertThat(response("/nothing").statusCode()).isEqualTo(404);
    }

    @Order(7)
    @Test
    void shouldShowPagesInABrowser() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of(CHROMIUM)), "skipped: there is no " + CHROMIUM);
        final Path pictures = Path.of(System.getProperty("console.screenshots", directory.toString()));
        eventually("a look", () -> page("/fleet").contains("splitter"));
        for (final String scheme : List.of("light", "dark")) {
            shoot("/", pictures.resolve("now-" + scheme + ".png"), scheme);
        }
        final String dark = "dark".equals(System.getProperty("console.scheme")) ? "dark" : "light";
        shoot("/days", pictures.resolve("days.png"), dark);
        shoot("/files", pictures.resolve("files.png"), dark);
        shoot("/file?key=" + encoded(key(SOURCE, "failed.parquet")), pictures.resolve("file.png"), dark);
        shoot("/data?from=2025-11-01&to=2025-11-30", pictures.resolve("data.png"), dark);
        shoot("/failures", pictures.resolve("failures.png"), dark);
        shoot("/fleet", pictures.resolve("fleet-dark.png"), "dark");
        shoot("/topology", pictures.resolve("topology.png"), dark);
        assertThat(pictures.resolve("data.png")).isNotEmptyFile();
    }

    private static void shoot(String path, Path picture, String scheme) throws Exception {
        final ProcessBuilder browser = new ProcessBuilder(
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--user-data-dir=" + directory.resolve("browser"),
                "--window-size=1200,800",
                "--blink-settings=preferredColorScheme=" + ("dark".equals(scheme) ? 0 : 1),
                "--screenshot=" + picture.toAbsolutePath(),
                console.url() + path);
        final Process process = browser.redirectErrorStream(true)
                .redirectOutput(directory.resolve("browser.log").toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("the browser ends")
                .isTrue();
        assertThat(picture).isNotEmptyFile();
    }

    @Order(8)
    @Test
    void shouldTellThatADayIsHeldUp() throws Exception {
        fixture.cluster
                .postgres()
                .execute("ALTER TABLE " + fixture.cluster.table()
                        + " ADD CONSTRAINT refusing CHECK (namespace <> 'refused') NOT VALID");
        fixture.put(key(HELD_UP, "held-up.parquet"), pods("2025-11-07", "refused"));
        eventually("the answer", () -> found("held-up.parquet").contains("<h2>PostgreSQL refuses a day</h2>"));
        assertThat(page("/days")).contains("refused by PostgreSQL");
        fixture.cluster.postgres().execute("ALTER TABLE " + fixture.cluster.table() + " DROP CONSTRAINT refusing");
    }

    @Order(9)
    @Test
    void shouldTellThatTheSinkIsDown() throws Exception {
        fixture.put(key(DOWN, "first.parquet"), pods("2025-11-08", "shop"));
        eventually("loaded", () -> found("first.parquet").contains("<h2>It is loaded</h2>"));
        // The ledger's sink still runs: only the summary's connector is gone.
        final HttpResponse<String> gone = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        fixture.cluster.connectUrl() + "/connectors/usage-daily-summary-sink"))
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(gone.statusCode()).isEqualTo(204);
        fixture.put(key(DOWN, "down.parquet"), pods("2025-11-08", "mail"));
        eventually("the answer", () -> found("down.parquet").contains("<h2>The sink is down</h2>"));
    }
}
