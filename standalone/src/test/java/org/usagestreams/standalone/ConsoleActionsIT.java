package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.standalone.OperatedSystem.ANNA;
import static org.usagestreams.standalone.OperatedSystem.CARL;
import static org.usagestreams.standalone.OperatedSystem.WITHIN;
import static org.usagestreams.standalone.OperatedSystem.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/** What operators do by the console, to a whole system. */
@Tag("containers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleActionsIT {
    private static final String SOURCE = "00000000-0000-4000-8000-000000000031";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path directory;

    private static OperatedSystem system;
    private static EmbeddedClusterFixture fixture;
    private static ConsoleClient anna;

    @BeforeAll
    static void start() throws Exception {
        system = new OperatedSystem(directory);
        fixture = system.fixture;
        anna = system.anna;
        fixture.put(key(SOURCE, "loaded.parquet"), pods("2025-11-03", "shop"));
        for (final String name : List.of("one.parquet", "two.parquet", "three.parquet")) {
            fixture.put(key(SOURCE, name), "no Parquet".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(fixture.drain.await(WITHIN)).isTrue();
        eventually("three dead letters", () -> letters().size() == 3);
    }

    @AfterAll
    static void end() throws Exception {
        if (system != null) {
            system.close();
        }
    }

    /** Ids of open dead letters as the page has them. */
    private static List<String> letters() throws Exception {
        final List<String> ids = new ArrayList<>();
        for (final JsonNode group : anna.api("/failures", ANNA).path("groups")) {
            group.path("examples").forEach(letter -> ids.add(letter.path("id").asText()));
        }
        return ids;
    }

    private static String letter(String name) throws Exception {
        return letters().stream().filter(id -> id.contains(name)).findFirst().orElse("");
    }

    private static List<List<String>> audit(String action) {
        return fixture.query("SELECT who, outcome, detail FROM usage.console_audit WHERE action = '" + action
                + "' ORDER BY at, outcome");
    }

    @Order(1)
    @Test
    void shouldRetryADeadLetterAfterItsPreviewAndWriteDownWho() throws Exception {
        final String id = letter("one.parquet");
        final String preview =
                anna.get("/failures/retry?id=" + ConsoleClient.encoded(id)).body();
        assertThat(preview).contains("one.parquet", "<b>1</b>").doesNotContain("two.parquet");
        final Matcher seen =
                Pattern.compile("name=\"seen\" value=\"([0-9a-f]+)\"").matcher(preview);
        assertThat(seen.find()).isTrue();
        final Map<String, String> form = Map.of("csrf", anna.csrf(), "id", id, "seen", seen.group(1));
        assertThat(anna.post("/failures/retry", form).body()).contains("Notifications sent: 1");
        // It is no better, so there is another dead letter of a later event.
        eventually("another dead letter", () -> {
            final String now = letter("one.parquet");
            return !now.isEmpty() && !now.equals(id);
        });
        assertThat(anna.post("/failures/retry", form).statusCode()).isEqualTo(409);
        assertThat(audit("retry"))
                .extracting(row -> row.get(0) + " " + row.get(1))
                .containsExactly("anna BEGUN", "anna DONE");
        assertThat(anna.get("/audit").body()).contains("retry", "one.parquet", "127.0.0.1");
    }

    @Order(2)
    @Test
    void shouldDoNothingWhereWhatWasShownHasChanged() throws Exception {
        final JsonNode preview = anna.api("/failures/discard?step=SPLIT", ANNA);
        assertThat(preview.path("count").asInt()).isEqualTo(3);
        fixture.put(key(SOURCE, "four.parquet"), "no Parquet".getBytes(StandardCharsets.UTF_8));
        eventually("a fourth", () -> letters().size() == 4);
        final JsonNode refused = anna.apiPost(
                "/failures/discard",
                Map.of("step", "SPLIT", "seen", preview.path("seen").asText()),
                ANNA);
        assertThat(refused.path("error").asText()).contains("dead letters have changed since they were shown");
        assertThat(audit("discard")).isEmpty();
    }

    @Order(3)
    @Test
    void shouldTouchNothingOfOtherOrganisations() throws Exception {
        final JsonNode preview = anna.api("/failures/discard?step=SPLIT", CARL);
        assertThat(preview.path("count").asInt()).isZero();
        assertThat(anna.api("/replay/days?organisation=org1234567", CARL)
                        .path("error")
                        .asText())
                .contains("You have no access to this organisation");
        assertThat(anna.api("/replay/days", CARL).path("days").asInt(-1)).isZero();
    }

    @Order(4)
    @Test
    void shouldDiscardManyAtOnce() throws Exception {
        final JsonNode preview = anna.api("/failures/discard?step=SPLIT", ANNA);
        final JsonNode done = anna.apiPost(
                "/failures/discard",
                Map.of("step", "SPLIT", "seen", preview.path("seen").asText()),
                ANNA);
        assertThat(done.path("done").asInt()).as(done.toString()).isEqualTo(4);
        eventually("none are open", () -> letters().isEmpty());
    }

    @Order(5)
    @Test
    void shouldReplayADayAfterItsDryRunAndShowItsProgress() throws Exception {
        final String day = "organisation=org1234567&source=" + SOURCE + "&from=2025-11-03&to=2025-11-03";
        assertThat(anna.get("/day?organisation=org1234567&source=" + SOURCE + "&date=2025-11-03")
                        .body())
                .contains("/replay/days?" + day.replace("&", "&amp;"));
        final JsonNode dry = anna.api("/replay/days?" + day, ANNA);
        assertThat(dry.path("days").asInt()).as(dry.toString()).isEqualTo(1);
        assertThat(anna.api("/replay", ANNA).path("runs")).isEmpty();
        final HttpResponse<String> started = anna.post(
                "/replay/days",
                Map.of(
                        "csrf", anna.csrf(),
                        "organisation", "org1234567",
                        "source", SOURCE,
                        "from", "2025-11-03",
                        "to", "2025-11-03",
                        "rewrite", "yes",
                        "seen", dry.path("seen").asText()));
        assertThat(started.body()).contains("Started");
        eventually(
                "the replay ends", () -> !"running".equals(run().path("state").asText()));
        assertThat(run().path("state").asText()).as(run().toString()).isEqualTo("done");
        assertThat(run().path("steps")).isNotEmpty();
        assertThat(anna.get("/replay").body()).contains("1 days summarised again");
        eventually("the outcome is written down", () -> audit("replay").size() == 2);
    }

    private static JsonNode run() throws Exception {
        return anna.api("/replay", ANNA).path("runs").path(0);
    }

    @Order(6)
    @Test
    void shouldHaveTheSameOnTheTopicAsInTheTable() throws Exception {
        final Settings settings = fixture.cluster.settings();
        final List<String> ids = new ArrayList<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), settings.kafkaClient())) {
            reader.readAll(settings.topics().name(TopicRole.AUDIT), record -> {
                try {
                    ids.add(JSON.readTree(record.value()).path("id").asText());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertThat(fixture.query("SELECT id FROM usage.console_audit"))
                .extracting(row -> row.get(0))
                .containsExactlyInAnyOrderElementsOf(ids)
                .hasSize(6);
    }
}
