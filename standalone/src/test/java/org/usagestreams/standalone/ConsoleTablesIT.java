package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.console.ConsoleInstance;

/** The console as its own role, over tables of many entries, while Kafka does not answer. */
class ConsoleTablesIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ENTRIES = 10_000;
    private static final String SOURCE = "00000000-0000-4000-8000-000000000021";

    @TempDir
    private static Path directory;

    private static ConsoleTables tables;
    private static ConsoleInstance console;

    @BeforeAll
    static void start() throws Exception {
        tables = new ConsoleTables(directory);
        // A hundred are uploaded at the same time.
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, organisation,"
                + " source_uuid, uploaded_at, event_at, loaded_at, usage_dates, revision) SELECT 'reports',"
                + " 'data/' || n ||"
                + " '.parquet', 'e', '',"
                + " 'LOADED',"
                + " 'org1',"
                + " '" + SOURCE + "', now() - interval '1 second' * (n / 100), now(), now(),"
                + " '[\"2025-11-03\"]', 1 FROM generate_series(1, " + ENTRIES
                + ") n; ANALYZE usage.upload_ledger");
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, uploaded_at,"
                + " event_at, revision) SELECT 'reports', 'waiting/' || state || '.csv', 'e', '', state, now(), now(), 1"
                + " FROM unnest(ARRAY['RECEIVED', 'SPLIT', 'COUNTED']) state");
        tables.addDay("org1", SOURCE);
        console = tables.console(Map.of());
    }

    @AfterAll
    static void end() throws Exception {
        if (console != null) {
            console.close();
        }
        if (tables != null) {
            tables.close();
        }
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(console.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldPageThroughAllEntriesOnce() throws Exception {
        final Set<String> seen = new HashSet<>();
        String path = "/api/v1/files?object=1.parquet";
        int pages = 0;
        while (path != null) {
            final JsonNode page = JSON.readTree(get(path).body());
            for (final JsonNode entry : page.path("files")) {
                assertThat(seen.add(entry.path("object_key").asText())).isTrue();
            }
            final StringBuilder next = new StringBuilder("/api/v1/files?object=1.parquet");
            page.path("next").properties().forEach(part -> next.append("&after_")
                    .append(part.getKey())
                    .append('=')
                    .append(URLEncoder.encode(part.getValue().asText(), StandardCharsets.UTF_8)));
            path = page.has("next") ? next.toString() : null;
            pages++;
        }
        assertThat(seen).hasSize(ENTRIES / 10);
        assertThat(pages).isEqualTo(ENTRIES / 10 / 50);
    }

    @Test
    void shouldReadAPageByItsIndex() throws Exception {
        try (Connection connection = DriverManager.getConnection(tables.jdbcUrl(), "usage_console", "console");
                Statement statement = connection.createStatement();
                ResultSet plan = statement.executeQuery("EXPLAIN SELECT * FROM usage.upload_ledger WHERE"
                        + " (coalesce(uploaded_at, to_timestamp(0)), object_key, bucket, etag, version_id) <"
                        + " (now() - interval '100 seconds', 'data/5', 'reports', 'e', '') ORDER BY"
                        + " coalesce(uploaded_at, to_timestamp(0)) DESC, object_key DESC, bucket DESC, etag DESC,"
                        + " version_id DESC LIMIT 51")) {
            final StringBuilder text = new StringBuilder();
            while (plan.next()) {
                text.append(plan.getString(1)).append('\n');
            }
            assertThat(text.toString()).contains("upload_ledger_recent").doesNotContain("Seq Scan");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/days", "/files", "/failures", "/data", "/fleet", "/settings", "/file?key=data/7.parquet"})
    void shouldShowEachPageAsItsOwnRoleWithoutKafka(String path) throws Exception {
        final HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("</html>");
    }

    @Test
    void shouldShowADayAndMaskSecrets() throws Exception {
        assertThat(get("/day?organisation=org1&source=" + SOURCE + "&date=2025-11-03")
                        .body())
                .contains("Day 2025-11-03", "data/");
        final JsonNode settings = JSON.readTree(get("/api/v1/settings").body()).path("settings");
        assertThat(settings.findValuesAsText("name")).contains("postgres.password");
        settings.forEach(setting -> {
            if (setting.path("secret").asBoolean()) {
                assertThat(setting.path("value").asText()).isIn("", "••••••");
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "NULL, NULL, Validation: asked at",
        "1 minute, NULL, Validation: running since",
        "1 minute, 2 minutes, all rows are what the bucket leads to",
        "-1 minute, -30 seconds, Validation: asked at"
    })
    void shouldTellHowFarAValidationIsThatSomebodyAskedFor(String begun, String validated, String said)
            throws Exception {
        tables.execute("UPDATE usage.summary_status SET validation_asked_at = now(), validation_begun_at = now() + "
                + interval(begun) + ", validated_at = now() + " + interval(validated)
                + ", validated_epoch = epoch, validated_revision = revision, differences = 0");
        try {
            final String page = get("/day?organisation=org1&source=" + SOURCE + "&date=2025-11-03")
                    .body();
            assertThat(page).contains(said);
            assertThat(page.contains("A validator begins within seconds")).isEqualTo(!begun.startsWith("1"));
        } finally {
            tables.execute("UPDATE usage.summary_status SET validation_asked_at = NULL, validated_at = NULL,"
                    + " validated_epoch = NULL, validated_revision = NULL");
        }
    }

    private static String interval(String text) {
        return "NULL".equals(text) ? "NULL::interval" : "interval '" + text + "'";
    }

    @Test
    void shouldTellWhereSettingsAreFrom() throws Exception {
        final JsonNode settings = JSON.readTree(get("/api/v1/settings").body()).path("settings");
        final Map<String, String> origins = new HashMap<>();
        settings.forEach(setting -> origins.put(
                setting.path("name").asText(), setting.path("origin").asText()));
        assertThat(origins).containsEntry("postgres.user", "program").containsEntry("http.connections", "default");
        assertThat(get("/settings?instance=splitter/none").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldSayWhatMakesNoSense() throws Exception {
        assertThat(get("/api/v1/files?source=x").statusCode()).isEqualTo(400);
        assertThat(get("/files?state=LOST").statusCode()).isEqualTo(400);
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldDescribeEachPathOfTheApi() throws Exception {
        final JsonNode paths = JSON.readTree(get("/api/v1/openapi.json").body()).path("paths");
        assertThat(paths).isNotEmpty();
        for (final String path : (Iterable<String>) paths::fieldNames) {
            // Nobody can sign in here.
            final boolean secured = paths.path(path).findParent("security") != null;
            assertThat(get("/api/v1" + path).statusCode()).as(path).isIn(secured ? List.of(404) : List.of(200, 400));
        }
    }

    @Test
    void shouldPushNowAndFleetAndThatSomethingHasChanged() throws Exception {
        final Set<String> events = new HashSet<>();
        final HttpResponse<Stream<String>> live = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(console.url() + "/live"))
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = live.body()) {
            lines.takeWhile(line -> {
                        if (line.startsWith("event: ")) {
                            events.add(line.substring("event: ".length()));
                        }
                        return events.size() < 3 || !line.isEmpty();
                    })
                    .forEach(line -> assertThat(line).doesNotContain("<script"));
        }
        assertThat(events).containsExactlyInAnyOrder("now", "fleet", "changed");
        assertThat(get("/assets/console.js").body()).contains("EventSource").doesNotContain("innerHTML =");
    }

    /** A search, and a click on the file. */
    @ParameterizedTest
    @CsvSource({"RECEIVED, Waiting to be read", "SPLIT, Waiting for a processor", "COUNTED, Waiting for the sink"})
    void shouldAnswerWhyAFileThatWaitsIsNotIn(String state, String answer) throws Exception {
        final String files = get("/files?object=waiting/" + state).body();
        final int link = files.indexOf("/file?bucket=");
        assertThat(link).as(files).isPositive();
        assertThat(get(files.substring(link, files.indexOf('"', link)).replace("&amp;", "&"))
                        .body())
                .contains("<h2>" + answer + "</h2>");
    }
}
