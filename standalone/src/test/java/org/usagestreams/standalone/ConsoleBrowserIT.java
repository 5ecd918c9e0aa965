package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.console.ConsoleInstance;
import org.usagestreams.console.access.Tokens;

/** The console in a real browser: what scripts do, what a keyboard reaches, and what WCAG asks for; Kafka does not answer. */
class ConsoleBrowserIT {
    private static final String SOURCE = "00000000-0000-4000-8000-000000000021";
    private static final String HOSTILE = "\"><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>";
    private static final String TAB = "\uE004";
    private static final String ENTER = "\uE007";
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String FILE = "/file?bucket=reports&key=" + ConsoleClient.encoded("data/" + HOSTILE);
    private static final List<String> PAGES = List.of(
            "/",
            "/days",
            "/files",
            FILE,
            "/file?key=unknown",
            "/failures",
            "/data?from=2025-11-01&to=2025-11-30",
            "/data?from=2025-11-01&to=2025-11-30&by=node&resource=memory&sort=-rows",
            "/days?view=table",
            "/fleet",
            "/topology",
            "/settings",
            "/sign-in",
            "/replay",
            "/audit",
            "/day?organisation=org1&source=" + SOURCE + "&date=2025-11-03");

    @TempDir
    private static Path directory;

    private static ConsoleTables tables;
    private static ConsoleInstance console;
    private static Browser browser;
    private static OtherInstance other;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(
                Browser.isInstalled(), "skipped: /usr/bin/chromium or /usr/bin/chromedriver is not installed");
        tables = new ConsoleTables(directory);
        final String hostile = HOSTILE.replace("'", "''");
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, reason,"
                + " organisation, source_uuid, uploaded_at, event_at, usage_dates, revision) VALUES ('reports', 'data/"
                + hostile + "', 'e', '', 'FAILED', '" + hostile + "', 'org1', '" + SOURCE
                + "', '2025-11-03T20:00:00Z', now(), '[\"2025-11-03\"]', 1)");
        tables.addDay("org1", SOURCE);
        tables.execute("INSERT INTO usage.reporting_ocpusagelineitem_daily_summary (uuid, usage_start, usage_end,"
                + " source_uuid, namespace, node, pod_usage_cpu_core_hours, pod_effective_usage_cpu_core_hours,"
                + " pod_usage_memory_gigabyte_hours, node_capacity_cpu_core_hours,"
                + " node_capacity_memory_gigabyte_hours) SELECT ('00000000-0000-5000-8000-00000000000' ||"
                + " n)::uuid, '2025-11-03', '2025-11-03', '" + SOURCE + "', '" + hostile
                + "' || n, 'node-' || n % 2, n, n + 1, n, 24, 96 FROM"
                + " generate_series(1, 9) n");
        other = new OtherInstance(directory.resolve("other"));
        console = tables.console(Map.of(
                "console.instances",
                other.url(),
                "console.users.file",
                tables.users("anna operator * " + Tokens.hash("anna-token"))));
        browser = new Browser(directory);
        browser.open(console.url() + "/sign-in?to=/failures");
        browser.type("input[name=token]", "guess" + ENTER);
        Awaitility.await("the refusal").atMost(WITHIN).until(() -> browser.run("return document.body.innerText")
                .asText()
                .contains("Unknown token"));
        browser.type("input[name=token]", "anna-token" + ENTER);
        Awaitility.await("the sign-in").atMost(WITHIN).until(() -> browser.url().endsWith("/failures"));
    }

    @AfterAll
    static void end() throws Exception {
        for (final AutoCloseable part : new AutoCloseable[] {browser, console, other, tables}) {
            if (part != null) {
                part.close();
            }
        }
    }

    private static String text() throws Exception {
        return browser.run("return document.body.innerText").asText();
    }

    @Test
    void shouldFollowWcagInLightAndDark() throws Exception {
        final String axe;
        try (InputStream in = ConsoleBrowserIT.class.getResourceAsStream("/axe/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        final TreeSet<String> violations = new TreeSet<>();
        for (final String scheme : List.of("light", "dark")) {
            browser.tell(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            for (final String path : PAGES) {
                browser.open(console.url() + path);
                browser.run(axe + "; return true");
                final JsonNode found = browser.runAsync("const done = arguments[arguments.length - 1];"
                        + " axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
                        + ".then(r => done({passes: r.passes.length, violations: r.violations}),"
                        + " e => done({passes: 0, violations: [{id: String(e), nodes: []}]}))");
                assertThat(found.path("passes").asInt())
                        .as("rules that hold on " + path)
                        .isGreaterThan(10);
                for (final JsonNode violation : found.path("violations")) {
                    violation
                            .path("nodes")
                            .forEach(node -> violations.add(scheme + " " + path + " "
                                    + violation.path("id").asText() + ": "
                                    + node.path("html").asText() + " "
                                    + node.path("failureSummary").asText()));
                    if (violation.path("nodes").isEmpty()) {
                        violations.add(
                                scheme + " " + path + " " + violation.path("id").asText());
                    }
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void shouldFitAtFourHundredPercent() throws Exception {
        browser.tell(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 320, "height", 256, "deviceScaleFactor", 1, "mobile", false));
        try {
            final List<String> wide = new ArrayList<>();
            for (final String path : PAGES) {
                browser.open(console.url() + path);
                if (browser.run("return document.scrollingElement.scrollWidth > 320")
                        .asBoolean()) {
                    wide.add(path);
                }
            }
            assertThat(wide).isEmpty();
        } finally {
            browser.tell("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    @Test
    void shouldReachAllByTheKeyboard() throws Exception {
        browser.open(console.url() + "/files");
        browser.press(TAB);
        assertThat(browser.run("return document.activeElement.className").asText())
                .isEqualTo("skip");
        final List<String> reached = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            reached.add(browser.run("const e = document.activeElement; return e.name || e.getAttribute('href')"
                            + " || e.getAttribute('aria-label') || e.tagName")
                    .asText());
            assertThat(browser.run("const e = document.activeElement; return e === document.body"
                                    + " || getComputedStyle(e).outlineStyle !== 'none'")
                            .asBoolean())
                    .as("the focus is seen at " + reached)
                    .isTrue();
            browser.press(TAB);
        }
        assertThat(reached).contains("/days", "/failures", "/replay", "object", "state", "Object versions");
        assertThat(reached).anyMatch(name -> name.startsWith("/file?bucket=reports"));
    }

    @Test
    void shouldRunNothingThatKeysNamespacesAndReasonsContain() throws Exception {
        for (final String path : PAGES) {
            browser.open(console.url() + path);
            assertThat(browser.run("return window.pwned === undefined && document.images.length === 0")
                            .asBoolean())
                    .as(path)
                    .isTrue();
        }
        browser.open(console.url() + FILE);
        assertThat(text()).contains(HOSTILE);
        browser.open(console.url() + "/data?from=2025-11-01&to=2025-11-30");
        assertThat(text()).contains(HOSTILE);
        // The policy holds beside the escaping.
        browser.run("document.body.insertAdjacentHTML('beforeend', '<b onclick=\"window.pwned=1\" id=trap>x</b>')");
        browser.run("document.getElementById('trap').click()");
        assertThat(browser.run("return window.pwned === undefined").asBoolean()).isTrue();
    }

    @Test
    void shouldShowTimesInTheBrowsersZoneWithUtcOnHover() throws Exception {
        browser.tell("Emulation.setTimezoneOverride", Map.of("timezoneId", "Asia/Tokyo"));
        try {
            browser.open(console.url() + FILE);
            final JsonNode time = browser.run(
                    "const t = document.querySelector('.timeline time');" + " return [t.textContent, t.title]");
            assertThat(time.path(0).asText()).isEqualTo("2025-11-04 05:00:00");
            assertThat(time.path(1).asText()).isEqualTo("2025-11-03 20:00:00 UTC");
            assertThat(text()).contains("Times are of Asia/Tokyo");
        } finally {
            browser.tell("Emulation.setTimezoneOverride", Map.of("timezoneId", ""));
        }
    }

    @Test
    void shouldShowChangesWithoutAReload() throws Exception {
        browser.open(console.url() + "/");
        browser.run("window.sameDocument = true");
        Awaitility.await("it is live").atMost(WITHIN).until(() -> text().contains("Live."));
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, uploaded_at,"
                + " event_at, revision) SELECT 'reports', 'waiting/' || n, 'e', '', 'SPLIT', now(), now(), 1 FROM"
                + " generate_series(1, 1234) n");
        try {
            Awaitility.await("Now").atMost(WITHIN).until(() -> text().contains("1\u202f234"));
            assertThat(browser.run("return window.sameDocument").asBoolean()).isTrue();
            browser.open(console.url() + "/files?object=live-");
            browser.run("window.sameDocument = true");
            Awaitility.await("it is live").atMost(WITHIN).until(() -> text().contains("Live."));
            tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, uploaded_at,"
                    + " event_at, revision) VALUES ('reports', 'live-1', 'e', '', 'SPLIT', now(), now(), 1)");
            Awaitility.await("Files").atMost(WITHIN).until(() -> text().contains("live-1"));
            assertThat(browser.run("return window.sameDocument").asBoolean()).isTrue();
        } finally {
            tables.execute("DELETE FROM usage.upload_ledger WHERE state = 'SPLIT'");
        }
    }
}
