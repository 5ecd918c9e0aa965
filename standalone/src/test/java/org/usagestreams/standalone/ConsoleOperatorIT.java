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
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.service.validator.ValidatorInstance;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/** What operators do in the pages, to a whole system: validate, compare versions, and in a browser change threads, replay and retry. */
@Tag("containers")
class ConsoleOperatorIT {
    private static final String SOURCE = "00000000-0000-4000-8000-000000000041";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ENTER = "\uE007";

    @TempDir
    private static Path directory;

    private static OperatedSystem system;
    private static EmbeddedClusterFixture fixture;
    private static ConsoleClient anna;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        system = new OperatedSystem(directory);
        fixture = system.fixture;
        anna = system.anna;
        fixture.put(key(SOURCE, "loaded.parquet"), pods("2025-11-03", "shop", "payments"));
        assertThat(fixture.drain.await(WITHIN)).isTrue();
        if (Browser.isInstalled()) {
            browser = new Browser(directory);
            browser.open(system.console.url() + "/sign-in?to=/fleet");
            browser.type("input[name=token]", ANNA + ENTER);
            eventually("the sign-in", () -> browser.url().endsWith("/fleet"));
        }
    }

    @AfterAll
    static void end() throws Exception {
        for (final AutoCloseable part : new AutoCloseable[] {browser, system}) {
            if (part != null) {
                part.close();
            }
        }
    }

    private static void requireBrowser() {
        Assumptions.assumeTrue(browser != null, "skipped: /usr/bin/chromium or /usr/bin/chromedriver is not installed");
    }

    private static String text() throws Exception {
        return browser.run("return document.body.innerText").asText();
    }

    private static void fill(String css, String text) throws Exception {
        browser.run("document.querySelector(arguments[0]).value = ''", css);
        browser.type(css, text);
    }

    private static List<List<String>> audit(String action) {
        return fixture.query("SELECT outcome, subject FROM usage.console_audit WHERE action = '" + action
                + "' ORDER BY at, outcome");
    }

    @Test
    void shouldValidateADayNowAndShowWhatItFinds() throws Exception {
        final String page = "/day?organisation=org1234567&source=" + SOURCE + "&date=2025-11-03";
        final Map<String, String> form = new HashMap<>(
                Map.of("csrf", anna.csrf(), "organisation", "org1234567", "source", SOURCE, "date", "2025-11-03"));
        assertThat(anna.post("/day/validate", form).body()).contains("is asked for");
        assertThat(anna.get(page).body()).contains("Validation: asked at");
        // It would look at no day by itself: all are older than its days.
        try (ValidatorInstance validator = ValidatorInstance.start(fixture.cluster
                .settings()
                .with(Map.of(
                        "validation.days", "1",
                        "validation.memory", "256MB",
                        "validation.dir", directory.resolve("validation").toString(),
                        "validator.http.port", "0",
                        "validator.health.port", "0")))) {
            eventually("the result", () -> anna.get(page).body().contains("all rows are what the bucket leads to"));
            assertThat(validator.isAlive()).isTrue();
        }
        assertThat(audit("validate")).extracting(row -> row.get(0)).containsExactly("BEGUN", "DONE");
    }

    @Test
    void shouldCompareANewVersionByColumnWithExamples() throws Exception {
        assertThat(anna.api("/replay", ANNA).path("new_versions")).isEmpty();
        publishBeside("next");
        assertThat(anna.get("/replay").body()).contains("value=\"next\"");
        final JsonNode found = anna.api("/replay/version?application=next", ANNA);
        assertThat(found.path("compared").asInt())
                .isPositive()
                .isEqualTo(found.path("partitions").asInt());
        assertThat(found.path("changed").asLong())
                .isPositive()
                .isEqualTo(found.path("rows").asLong());
        assertThat(found.path("columns")).hasSize(1);
        final JsonNode column = found.path("columns").path(0);
        assertThat(column.path("name").asText()).isEqualTo("pod_usage_cpu_core_hours");
        assertThat(column.path("examples").path(0).path("after").asText()).contains("7777");
        assertThat(anna.get("/replay/version?application=next").body())
                .contains("Columns that would change", "pod_usage_cpu_core_hours", "7777", "shop");
        assertThat(anna.api("/replay/version?application=next&from=2025-12-01&to=2025-12-01", ANNA)
                        .path("changed")
                        .asLong(-1))
                .isZero();
        assertThat(anna.get("/api/v1/replay/version?application=other", "Authorization", "Bearer " + ANNA)
                        .statusCode())
                .isEqualTo(400);
        assertThat(anna.get("/api/v1/replay/version?application=next", "Authorization", "Bearer " + CARL)
                        .statusCode())
                .isEqualTo(403);
        assertThat(anna.api("/replay", CARL).path("new_versions")).isEmpty();
    }

    /** What a version that counts other hours would publish. */
    @SuppressWarnings("FutureReturnValueIgnored") // The flush tells.
    private static void publishBeside(String application) throws Exception {
        final Settings settings = fixture.cluster.settings();
        final String summary = settings.topics().name(TopicRole.SUMMARY);
        final String status = settings.topics().name(TopicRole.SUMMARY_STATUS);
        try (Admin admin = Admin.create(settings.kafkaClient());
                TopicReader reader = new TopicReader(KafkaClients.real(), settings.kafkaClient());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        settings.kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer())) {
            final int partitions = reader.partitions(summary).size();
            admin.createTopics(List.of(
                            new NewTopic(summary + "." + application, partitions, (short) 1),
                            new NewTopic(status + "." + application, partitions, (short) 1)))
                    .all()
                    .get();
            reader.readAll(summary, record -> {
                if (record.value() != null) {
                    producer.send(new ProducerRecord<>(
                            summary + "." + application, record.partition(), record.key(), other(record.value())));
                }
            });
            producer.flush();
        }
    }

    private static byte[] other(byte[] value) {
        try {
            final JsonNode row = JSON.readTree(value);
            return row.has("namespace")
                    ? ((ObjectNode) row)
                            .put("pod_usage_cpu_core_hours", "7777")
                            .toString()
                            .getBytes(StandardCharsets.UTF_8)
                    : value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int threads() throws Exception {
        for (final JsonNode instance : anna.api("/fleet", ANNA).path("state").path("instances")) {
            if ("processor".equals(instance.path("service").asText())) {
                return instance.path("threads").size();
            }
        }
        return 0;
    }

    @Test
    void shouldGiveAProcessorMoreAndFewerThreads() throws Exception {
        requireBrowser();
        eventually("a look", () -> threads() > 0);
        final int before = threads();
        for (final int count : new int[] {before + 1, before}) {
            browser.open(system.console.url() + "/fleet");
            fill("form[action='/fleet/threads'] input[name=threads]", Integer.toString(count));
            browser.click("form[action='/fleet/threads'] button");
            eventually("it begins", () -> text().contains("is being given " + count + " stream threads"));
            eventually(
                    "the change is written down",
                    () -> audit("threads").stream()
                                    .filter(row -> row.get(0).equals("DONE")
                                            && row.get(1).contains("\"threads\":" + count))
                                    .count()
                            == 1);
            eventually("the page has them", () -> threads() == count);
            browser.click("main a[href='/fleet']");
            eventually(
                    "a row for each",
                    () -> browser.run(
                                            "return document.querySelectorAll('[aria-label^=\"Threads of\"] tbody tr').length")
                                    .asInt()
                            == count);
        }
    }

    @Test
    void shouldReplayFromThePageAfterItsDryRun() throws Exception {
        requireBrowser();
        browser.open(system.console.url() + "/replay");
        fill("form[action='/replay/days'] input[name=organisation]", "org1234567");
        fill("form[action='/replay/days'] input[name=source]", SOURCE);
        browser.click("form[action='/replay/days'] button");
        eventually("the dry run", () -> text().contains("To be summarised again: 1 days with"));
        assertThat(text()).contains("2025-11-03");
        assertThat(anna.api("/replay", ANNA).path("runs")).isEmpty();
        browser.click("form[action='/replay/days'] button");
        eventually("it is started", () -> text().contains("Started."));
        browser.click("main a[href='/replay']");
        eventually("its end is shown without a reload", () -> text().contains("1 days summarised again"));
    }

    @Test
    void shouldRetryADeadLetterAfterItsPreview() throws Exception {
        requireBrowser();
        fixture.put(key(SOURCE, "failed.parquet"), "no Parquet".getBytes(StandardCharsets.UTF_8));
        eventually("the dead letter", () -> {
            browser.open(system.console.url() + "/failures");
            // Examples are folded.
            return browser.run("return document.body.textContent").asText().contains("failed.parquet");
        });
        browser.click("a[href^='/failures/retry']");
        eventually("the preview", () -> text().contains("To be retried: 1"));
        browser.click("form[action='/failures/retry'] button");
        eventually("it is retried", () -> text().contains("Notifications sent: 1"));
    }
}
