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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
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
    private static final Duration WITHIN = Duration.ofMinutes(2);
    private static final String SOURCE = "00000000-0000-4000-8000-000000000021";

    @TempDir
    private static Path directory;

    private static ConsoleTables tables;
    private static ConsoleInstance console;
    private static OtherInstance other;

    @BeforeAll
    static void start() throws Exception {
        tables = new ConsoleTables(directory);
        // A hundred are uploaded at the same time.
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, organisation,"
                + " source_uuid, uploaded_at, event_at, loaded_at, usage_dates, size_bytes, revision) SELECT 'reports',"
                + " 'data/' || n ||"
                + " '.parquet', 'e', '',"
                + " 'LOADED',"
                + " 'org1',"
                + " '" + SOURCE + "', now() - interval '1 second' * (n / 100), now(), now(),"
                + " '[\"2025-11-03\"]', nullif(n % 100, 1), 1 FROM generate_series(1, " + ENTRIES
                + ") n; ANALYZE usage.upload_ledger");
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, uploaded_at,"
                + " event_at, revision) SELECT 'reports', 'waiting/' || state || '.csv', 'e', '', state, now(), now(), 1"
                + " FROM unnest(ARRAY['RECEIVED', 'SPLIT', 'COUNTED']) state");
        tables.addDay("org1", SOURCE);
        tables.execute("INSERT INTO usage.reporting_ocpusagelineitem_daily_summary (uuid, usage_start, usage_end,"
                + " source_uuid, namespace, node, pod_usage_cpu_core_hours, pod_effective_usage_cpu_core_hours,"
                + " pod_usage_memory_gigabyte_hours, node_capacity_cpu_core_hours) SELECT"
                + " ('00000000-0000-5000-8000-00000000000' || n)::uuid, '2025-11-03', '2025-11-03', '" + SOURCE
                + "', CASE n WHEN 3 THEN 'Worker unallocated' ELSE 'shop' END, 'node-1',"
                + " CASE n WHEN 3 THEN 20 ELSE 2 END, CASE n WHEN 3 THEN 18 ELSE 3 END, 1, 24"
                + " FROM generate_series(1, 3) n");
        other = new OtherInstance(directory.resolve("other"));
        console = tables.console(Map.of("console.instances", other.url()));
    }

    @AfterAll
    static void end() throws Exception {
        if (console != null) {
            console.close();
        }
        if (other != null) {
            other.close();
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

    @ParameterizedTest
    @ValueSource(strings = {"", "uploaded_at", "-size_bytes", "size_bytes", "-object_key", "object_key"})
    void shouldPageThroughAllEntriesOnce(String sort) throws Exception {
        final List<String> keys = new ArrayList<>();
        final List<Long> sizes = new ArrayList<>();
        final String first = "/api/v1/files?object=1.parquet&sort=" + sort;
        String path = first;
        int pages = 0;
        while (path != null) {
            final JsonNode page = JSON.readTree(get(path).body());
            for (final JsonNode entry : page.path("files")) {
                keys.add(entry.path("object_key").asText());
                sizes.add(entry.path("size_bytes").asLong(-1));
            }
            final StringBuilder next = new StringBuilder(first);
            page.path("next").properties().forEach(part -> next.append("&after_")
                    .append(part.getKey())
                    .append('=')
                    .append(URLEncoder.encode(part.getValue().asText(), StandardCharsets.UTF_8)));
            path = page.has("next") ? next.toString() : null;
            pages++;
        }
        assertThat(keys).doesNotHaveDuplicates().hasSize(ENTRIES / 10);
        assertThat(pages).isEqualTo(ENTRIES / 10 / 50);
        switch (sort) {
            case "object_key" -> assertThat(keys).isSorted();
            case "-object_key" -> assertThat(keys).isSortedAccordingTo(Comparator.reverseOrder());
            case "size_bytes" -> assertThat(sizes).isSorted();
            case "-size_bytes" -> assertThat(sizes).isSortedAccordingTo(Comparator.reverseOrder());
            default -> assertThat(sizes).contains(-1L);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'coalesce(uploaded_at, to_timestamp(0))', now() - interval '100 seconds', upload_ledger_recent",
        "'coalesce(size_bytes, -1)', 5000, upload_ledger_size"
    })
    void shouldReadAPageByItsIndex(String column, String value, String index) throws Exception {
        try (Connection connection = DriverManager.getConnection(tables.jdbcUrl(), "usage_console", "console");
                Statement statement = connection.createStatement();
                ResultSet plan = statement.executeQuery("EXPLAIN SELECT * FROM usage.upload_ledger WHERE (" + column
                        + ", object_key, bucket, etag, version_id) < (" + value
                        + ", 'data/5', 'reports', 'e', '') ORDER BY " + column
                        + " DESC, object_key DESC, bucket DESC, etag DESC, version_id DESC LIMIT 51")) {
            final StringBuilder text = new StringBuilder();
            while (plan.next()) {
                text.append(plan.getString(1)).append('\n');
            }
            assertThat(text.toString()).contains(index).doesNotContain("Seq Scan");
        }
    }

    @Test
    void shouldSortTheTablesOfDays() throws Exception {
        assertThat(get("/days").body()).contains("class=\"calendar\"", "As a table");
        assertThat(get("/days?sort=-row_count").body()).contains("aria-sort=\"descending\"", "2025-11-03");
        assertThat(get("/day?organisation=org1&source=" + SOURCE + "&date=2025-11-03&sort=object_key")
                        .body())
                .contains("aria-sort=\"ascending\"");
        assertThat(get("/api/v1/days?sort=uuid").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/files?sort=rows_read").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/files?sort=size_bytes&after_key=a&after_size=x").statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldAddUpAmountsWithoutCountingACapacityTwice() throws Exception {
        final String of = "/data?organisation=org1&from=2025-11-03&to=2025-11-03&by=";
        final JsonNode node =
                JSON.readTree(get("/api/v1" + of + "node").body()).path("sums").get(0);
        assertThat(node.path("name").asText()).isEqualTo("node-1");
        assertThat(node.path("cpu_usage").asDouble()).isEqualTo(4);
        assertThat(node.path("cpu_effective").asDouble()).isEqualTo(6);
        assertThat(node.path("cpu_unallocated").asDouble()).isEqualTo(18);
        assertThat(node.path("cpu_capacity").asDouble()).isEqualTo(24);
        final JsonNode namespaces =
                JSON.readTree(get("/api/v1" + of + "namespace&sort=name").body());
        assertThat(namespaces.path("sums").findValuesAsText("name")).containsExactly("Worker unallocated", "shop");
        assertThat(namespaces.path("sums").get(0).path("cpu_usage").isNull()).isTrue();
        assertThat(namespaces.path("capacities").get(0).path("cpu_capacity").asDouble())
                .isEqualTo(24);
        assertThat(get(of + "namespace").body())
                .contains("<b>Used</b>", "<b>Unallocated</b>", "<b>Capacity of all nodes</b>")
                .doesNotContain("<b>Requested</b>");
        assertThat(get(of + "node&resource=memory&sort=-memory_usage").body()).contains("aria-sort=\"descending\"");
        assertThat(get("/data.csv" + of.substring("/data".length()) + "node").body())
                .startsWith("usage_date,name,rows,cpu_usage,cpu_request,cpu_effective,cpu_unallocated")
                .contains("\"node-1\"");
        assertThat(get(of + "pod").statusCode()).isEqualTo(400);
        assertThat(get(of + "node&resource=gold").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldShowInstancesOfOtherHostsWithHealthVersionAndWhatTheyRestore() throws Exception {
        Awaitility.await("a look").atMost(WITHIN).until(() -> JSON.readTree(
                        get("/api/v1/fleet").body())
                .path("instances")
                .findValuesAsText("health")
                .contains("not ready"));
        final JsonNode row =
                JSON.readTree(get("/api/v1/fleet").body()).path("instances").get(0);
        assertThat(row.path("service").asText()).isEqualTo("processor");
        assertThat(row.path("host").asText()).isEqualTo("127.0.0.1");
        assertThat(row.path("detail").asText()).isEqualTo("restores");
        assertThat(row.path("restoring").asLong()).isEqualTo(7);
        assertThat(get("/fleet").body()).contains("not ready", "restores");
        assertThat(get("/").body()).contains("usagerestoretakeslong");
        assertThat(get("/topology").body()).contains("<svg", "day-summary");
        final String name = "processor/" + row.path("name").asText();
        final String settings = get("/api/v1/settings?instance=" + name).body();
        assertThat(JSON.readTree(settings).path("settings").findValuesAsText("name"))
                .contains("summary.http.port");
        assertThat(settings).doesNotContain("hush");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/days",
                "/files",
                "/failures",
                "/data",
                "/fleet",
                "/topology",
                "/settings",
                "/file?key=data/7.parquet"
            })
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
            // Reference data is on topics, and Kafka does not answer.
            final List<Integer> open = "/reference".equals(path) ? List.of(503) : List.of(200, 400);
            assertThat(get("/api/v1" + path).statusCode()).as(path).isIn(secured ? List.of(404) : open);
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
