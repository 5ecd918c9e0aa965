package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.console.ConsoleInstance;
import org.usagestreams.console.access.Tokens;
import org.usagestreams.ledger.ValidationRequests;

/** Who may see and change what, as HTTP shows it; Kafka does not answer. */
class ConsoleAccessIT {
    private static final String SOURCE = "00000000-0000-4000-8000-000000000021";

    @TempDir
    private static Path directory;

    private static ConsoleTables tables;
    private static ConsoleInstance open;
    private static ConsoleInstance closed;

    @BeforeAll
    static void start() throws Exception {
        tables = new ConsoleTables(directory);
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, organisation,"
                + " source_uuid, uploaded_at, event_at, usage_dates, revision) SELECT 'reports', 'data/' || org ||"
                + " '/OCP/source=" + SOURCE + "/' || org || '.parquet', 'e', '', 'LOADED', org, '" + SOURCE
                + "', now(), now(), '[\"2025-11-03\"]', 1 FROM unnest(ARRAY['org1', 'org2']) org");
        tables.addDay("org1", SOURCE);
        tables.execute("INSERT INTO usage.reporting_ocpusagelineitem_daily_summary (uuid, usage_start, usage_end,"
                + " source_uuid, namespace) VALUES ('00000000-0000-5000-8000-000000000001', '2025-11-03', '2025-11-03',"
                + " '" + SOURCE + "', 'secret-of-org1')");
        final Map<String, String> users = Map.of(
                "console.users.file",
                tables.users(
                        "anna operator * " + Tokens.hash("anna-token"),
                        "bob viewer org2 " + Tokens.hash("bob-token"),
                        "carl operator org2 " + Tokens.hash("carl-token")));
        open = tables.console(users);
        final Map<String, String> forAll = new HashMap<>(users);
        forAll.put("console.sign.in", "all");
        closed = tables.console(forAll);
    }

    @AfterAll
    static void end() throws Exception {
        for (final AutoCloseable part : new AutoCloseable[] {open, closed, tables}) {
            if (part != null) {
                part.close();
            }
        }
    }

    private static ConsoleClient open() {
        return new ConsoleClient(open.url());
    }

    private static ConsoleClient closed() {
        return new ConsoleClient(closed.url());
    }

    @Test
    void shouldRefuseAWrongToken() throws Exception {
        final HttpResponse<String> refused = open().signIn("guess");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(refused.body()).contains("Unknown token").doesNotContain("guess");
        assertThat(open().get("/api/v1/files", "Authorization", "Bearer guess").statusCode())
                .isEqualTo(401);
    }

    @Test
    void shouldSignInAndOutAndGoOnWithinTheSiteOnly() throws Exception {
        final ConsoleClient client = open();
        for (final String to : List.of("/failures?a=b", "//attacker.example", "/\\attacker.example", "https://x")) {
            final HttpResponse<String> in = client.post("/sign-in", Map.of("token", "anna-token", "to", to));
            assertThat(in.statusCode()).isEqualTo(303);
            assertThat(in.headers().firstValue("Location")).contains(to.startsWith("/f") ? to : "/");
        }
        client.signIn("anna-token");
        assertThat(client.get("/failures").body()).contains("anna", "Sign out");
        assertThat(client.post("/sign-out", Map.of("csrf", client.csrf())).statusCode())
                .isEqualTo(303);
        assertThat(client.get("/failures").body()).doesNotContain("anna").contains("Sign in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/failures/retry", "/failures/discard", "/replay/days"})
    void shouldChangeNothingForNobodyAndForViewers(String path) throws Exception {
        final Map<String, String> form = Map.of("step", "SPLIT", "seen", "x");
        assertThat(open().get(path + "?step=SPLIT").headers().firstValue("Location"))
                .contains("/sign-in?to=" + ConsoleClient.encoded(path + "?step=SPLIT"));
        assertThat(open().post(path, form).statusCode()).isEqualTo(401);
        assertThat(open().post("/api/v1" + path, form).statusCode()).isEqualTo(401);
        assertThat(open().get("/api/v1" + path).statusCode()).isEqualTo(401);
        final ConsoleClient bob = open();
        bob.signIn("bob-token");
        assertThat(bob.get(path + "?step=SPLIT").statusCode()).isEqualTo(403);
        final Map<String, String> signed = new HashMap<>(form);
        signed.put("csrf", bob.csrf());
        assertThat(bob.post(path, signed).statusCode()).isEqualTo(403);
        assertThat(bob.get("/failures").body()).doesNotContain(path);
        assertThat(entries()).isZero();
    }

    @Test
    void shouldRefuseFormsThatTheSessionDidNotGiveOut() throws Exception {
        final ConsoleClient anna = open();
        anna.signIn("anna-token");
        final String csrf = anna.csrf();
        final Map<String, String> form = new HashMap<>(Map.of("step", "SPLIT", "seen", "x"));
        assertThat(anna.post("/failures/retry", form).body()).contains("not of your session");
        form.put("csrf", "guess");
        assertThat(anna.post("/failures/retry", form).statusCode()).isEqualTo(403);
        form.put("csrf", csrf);
        assertThat(anna.post("/failures/retry", form, "Origin", "http://attacker.example")
                        .body())
                .contains("A page of another site");
        assertThat(anna.post("/failures/retry", form, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        // It is hers, and Kafka is down.
        assertThat(anna.post("/failures/retry", form, "Origin", open.url()).statusCode())
                .isEqualTo(503);
        assertThat(entries()).isZero();
    }

    @Test
    void shouldHaveDaysValidatedByOperatorsOfTheOrganisationOnly() throws Exception {
        final String path = "/api/v1/day/validate";
        final Map<String, String> day = Map.of("organisation", "org1", "source", SOURCE, "date", "2025-11-03");
        assertThat(open().post(path, day).statusCode()).isEqualTo(401);
        for (final String user : List.of("bob", "carl")) {
            assertThat(open().post(path, day, "Authorization", "Bearer " + user + "-token")
                            .statusCode())
                    .isEqualTo(403);
        }
        final String page = "/day?organisation=org1&source=" + SOURCE + "&date=2025-11-03";
        assertThat(open().get(page).body()).doesNotContain("/day/validate");
        final ConsoleClient anna = open();
        anna.signIn("anna-token");
        assertThat(anna.get(page).body()).contains("/day/validate");
        assertThat(anna.post("/day/validate", day).body()).contains("not of your session");
        // It is hers, and Kafka is down, so that nobody could tell who did it.
        final Map<String, String> form = new HashMap<>(day);
        form.put("csrf", anna.csrf());
        assertThat(anna.post("/day/validate", form).statusCode()).isEqualTo(503);
        form.put("date", "2025-12-24");
        assertThat(anna.post("/day/validate", form).body()).contains("There is no such day");
        assertThat(anna.api(page, "anna-token").path("day").hasNonNull("validation"))
                .isFalse();
        // It stands in the table that it was about to begin.
        assertThat(entries()).isEqualTo(1);
        tables.execute("DELETE FROM usage.console_audit");
    }

    @Test
    void shouldHaveTheRightToAskForAValidationAndNoOther() throws Exception {
        try (var connection = DriverManager.getConnection(tables.jdbcUrl(), "usage_console", "console");
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(ValidationRequests.ask(
                            connection, "usage", "org1", UUID.fromString(SOURCE), LocalDate.of(2025, 11, 3), 10))
                    .isTrue();
            connection.rollback();
            assertThatThrownBy(() -> statement.execute("UPDATE usage.summary_status SET differences = 0"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void shouldOfferNoChangesWithoutUsers() throws Exception {
        try (ConsoleInstance none = tables.console(
                Map.of("summary.state.dir", directory.resolve("none").toString()))) {
            final ConsoleClient client = new ConsoleClient(none.url());
            assertThat(client.get("/failures").body()).doesNotContain("Sign in", "sign-in");
            assertThat(client.signIn("anna-token").statusCode()).isEqualTo(403);
            assertThat(client.get("/failures/retry?step=SPLIT").statusCode()).isEqualTo(404);
            assertThat(client.post("/failures/retry", Map.of()).statusCode()).isEqualTo(405);
            assertThat(client.post("/api/v1/replay/days", Map.of()).statusCode())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/files", "/file?key=x", "/data", "/data.csv", "/settings", "/nothing", "/audit"})
    void shouldShowNothingWithoutASignInWhereAllPagesNeedOne(String path) throws Exception {
        assertThat(closed().get(path).headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).startsWith("/sign-in?to="));
        assertThat(closed().get("/api/v1" + path).statusCode()).isEqualTo(401);
    }

    @Test
    void shouldShowEveryoneTheirOrganisationsOnly() throws Exception {
        final ConsoleClient bob = closed();
        bob.signIn("bob-token");
        assertThat(bob.get("/files").body()).contains("org2.parquet").doesNotContain("org1.parquet");
        assertThat(bob.get("/files?organisation=org1").statusCode()).isEqualTo(403);
        assertThat(bob.get("/days").body()).doesNotContain("2025-11-03");
        for (final String path : List.of("/data", "/data.csv")) {
            assertThat(bob.get(path + "?from=2025-11-01&to=2025-11-30").body()).doesNotContain("secret-of-org1");
        }
        final String key = "data/org%s/OCP/source=" + SOURCE + "/org%s.parquet";
        final String mine = "/file?bucket=reports&key=" + ConsoleClient.encoded(key.replace("%s", "2"));
        assertThat(bob.get(mine).statusCode()).isEqualTo(200);
        assertThat(bob.get(mine.replace("org2", "org1")).statusCode()).isEqualTo(403);
        assertThat(bob.get("/file?bucket=reports&key=unknown").statusCode()).isEqualTo(403);
        final ConsoleClient anna = closed();
        anna.signIn("anna-token");
        assertThat(anna.get("/files").body()).contains("org1.parquet", "org2.parquet");
        assertThat(anna.get("/data?organisation=org1&from=2025-11-01&to=2025-11-30")
                        .body())
                .contains("secret-of-org1");
    }

    @Test
    void shouldShowTheAuditLogToOperatorsOfAllOnly() throws Exception {
        for (final String user : List.of("bob", "carl")) {
            assertThat(open().get("/api/v1/audit", "Authorization", "Bearer " + user + "-token")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(open().api("/audit", "anna-token").path("entries").isArray()).isTrue();
    }

    private static int entries() throws Exception {
        try (var connection = DriverManager.getConnection(tables.jdbcUrl(), "usage_console", "console");
                var row = connection.createStatement().executeQuery("SELECT count(*) FROM usage.console_audit")) {
            row.next();
            return row.getInt(1);
        }
    }
}
