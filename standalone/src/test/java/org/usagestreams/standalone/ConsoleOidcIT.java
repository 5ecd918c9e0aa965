package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.console.ConsoleInstance;

/** Sign-in to the console by a real OpenID Connect provider. Skipped, with a word, where there is none. */
@Tag("keycloak")
class ConsoleOidcIT {
    private static final String SOURCE = "00000000-0000-4000-8000-000000000021";
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String ENTER = "\uE007";

    @TempDir
    private static Path directory;

    private static Keycloak keycloak;
    private static ConsoleTables tables;
    private static ConsoleInstance console;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        final Optional<Path> program = Keycloak.program();
        if (program.isEmpty()) {
            System.out.println("skipped: ConsoleOidcIT; there is no Keycloak in TEST_KEYCLOAK (.ci/run installs one)");
        }
        Assumptions.assumeTrue(program.isPresent(), "no Keycloak is there");
        final int port = Ports.free();
        final String url = "http://127.0.0.1:" + port;
        keycloak = new Keycloak(program.get(), directory);
        keycloak.make(realm(url + "/sign-in/callback"));
        tables = new ConsoleTables(directory);
        tables.addDay("org1", SOURCE);
        console = tables.console(settings(url, keycloak.url() + "/realms/usage"));
        assertThat(console.url()).isEqualTo(url);
        if (Browser.isInstalled()) {
            browser = new Browser(directory);
        }
    }

    @AfterAll
    static void end() throws Exception {
        for (final AutoCloseable part : new AutoCloseable[] {browser, console, tables, keycloak}) {
            if (part != null) {
                part.close();
            }
        }
    }

    private static Map<String, String> settings(String url, String issuer) {
        return new HashMap<>(Map.of(
                "console.http.port",
                url.substring(url.lastIndexOf(':') + 1),
                "console.sign.in",
                "all",
                "console.oidc.issuer",
                issuer,
                "console.oidc.client.id",
                "usage-console",
                "console.oidc.client.secret",
                "client-secret",
                "console.oidc.url",
                url));
    }

    private static Map<String, Object> realm(String callback) {
        return Map.of(
                "realm", "usage",
                "enabled", true,
                "roles", Map.of("realm", List.of(Map.of("name", "usage-operator"), Map.of("name", "usage-viewer"))),
                "groups", List.of(Map.of("name", "*"), Map.of("name", "org2")),
                "users",
                        List.of(
                                user("anna", "usage-operator", "/*"),
                                user("bob", "usage-viewer", "/org2"),
                                user("eve", "offline_access", "/*")),
                "clients",
                        List.of(Map.of(
                                "clientId", "usage-console",
                                "secret", "client-secret",
                                "redirectUris", List.of(callback),
                                "attributes", Map.of("pkce.code.challenge.method", "S256"),
                                "protocolMappers",
                                        List.of(
                                                mapper(
                                                        "oidc-usermodel-realm-role-mapper",
                                                        Map.of("claim.name", "roles", "multivalued", "true")),
                                                mapper(
                                                        "oidc-group-membership-mapper",
                                                        Map.of(
                                                                "claim.name",
                                                                "organisations",
                                                                "full.path",
                                                                "false"))))));
    }

    private static Map<String, Object> user(String name, String role, String group) {
        return Map.of(
                "username",
                name,
                "enabled",
                true,
                "firstName",
                name,
                "lastName",
                name,
                "email",
                name + "@example.com",
                "credentials",
                List.of(Map.of("type", "password", "value", name + "-password")),
                "realmRoles",
                List.of(role),
                "groups",
                List.of(group));
    }

    private static Map<String, Object> mapper(String kind, Map<String, String> different) {
        final Map<String, String> config = new HashMap<>(different);
        config.put("id.token.claim", "true");
        return Map.of("name", kind, "protocol", "openid-connect", "protocolMapper", kind, "config", config);
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        Awaitility.await(what).pollInSameThread().atMost(WITHIN).until(condition);
    }

    private static String text() throws Exception {
        return browser.run("return document.body.innerText").asText();
    }

    /** A new browser's way to the console's page of days. */
    private static void signIn(String name) throws Exception {
        Assumptions.assumeTrue(browser != null, "skipped: /usr/bin/chromium or /usr/bin/chromedriver is not installed");
        browser.tell("Network.clearBrowserCookies", Map.of());
        browser.open(console.url() + "/days");
        browser.click("a[href^='/sign-in/oidc']");
        eventually("the provider's page", () -> browser.url().startsWith(keycloak.url()));
        browser.type("#username", name);
        browser.type("#password", name + "-password" + ENTER);
        eventually("back in the console", () -> browser.url().startsWith(console.url()));
    }

    @Test
    void shouldSignInAnOperatorAndGoOnWhereItBegan() throws Exception {
        signIn("anna");
        eventually("the page that was asked for", () -> browser.url().equals(console.url() + "/days"));
        assertThat(text()).contains("oidc:anna", "Audit", "2025-11-03");
        browser.open(console.url() + "/audit");
        assertThat(text()).doesNotContain("Only an operator");
        browser.click("form.who button");
        eventually("signed out", () -> !text().contains("oidc:anna"));
        browser.open(console.url() + "/days");
        assertThat(browser.url()).contains("/sign-in");
    }

    @Test
    void shouldShowAViewerTheOrganisationsOfTheClaimOnly() throws Exception {
        signIn("bob");
        eventually("the page that was asked for", () -> browser.url().equals(console.url() + "/days"));
        assertThat(text()).contains("oidc:bob").doesNotContain("2025-11-03", "Audit");
        browser.open(console.url() + "/day?organisation=org1&source=" + SOURCE + "&date=2025-11-03");
        assertThat(text()).contains("You have no access to this organisation");
    }

    @Test
    void shouldRefuseWhoHasNoRoleHere() throws Exception {
        signIn("eve");
        eventually("the refusal", () -> text().contains("You have neither the role usage-viewer nor usage-operator"));
        browser.open(console.url() + "/days");
        assertThat(browser.url()).contains("/sign-in");
    }

    private static Map<String, String> parameters(HttpResponse<String> response) {
        final String location = response.headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith(keycloak.url());
        return Arrays.stream(URI.create(location).getQuery().split("&"))
                .map(parameter -> parameter.split("=", 2))
                .collect(Collectors.toMap(parameter -> parameter[0], parameter -> parameter[1]));
    }

    @Test
    void shouldTakeBackOnlyTheBrowserThatBeganAndOnlyOnce() throws Exception {
        final ConsoleClient client = new ConsoleClient(console.url());
        final HttpResponse<String> begun = client.get("/sign-in/oidc?to=/files");
        final Map<String, String> asked = parameters(begun);
        assertThat(asked)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("response_type", "code")
                .containsKeys("nonce", "code_challenge", "state");
        final String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Lax");
        final String back = "/sign-in/callback?code=guess&state=" + asked.get("state");
        final String own = cookie.substring(0, cookie.indexOf(';'));
        final HttpResponse<String> other = client.get(back);
        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(other.body()).contains("did not begin in this browser");
        assertThat(client.get(back, "Cookie", own).body()).contains("did not begin in this browser");
        assertThat(parameters(client.get("/sign-in/oidc"))).doesNotContainEntry("state", asked.get("state"));
    }

    @Test
    void shouldRefuseACodeThatTheProviderDidNotGive() throws Exception {
        final ConsoleClient client = new ConsoleClient(console.url());
        final HttpResponse<String> begun = client.get("/sign-in/oidc");
        final String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow();
        final HttpResponse<String> refused = client.get(
                "/sign-in/callback?code=guess&state=" + parameters(begun).get("state"),
                "Cookie",
                cookie.substring(0, cookie.indexOf(';')));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("The identity provider did not return a token");
        assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void shouldSayThatTheProviderDoesNotAnswer() throws Exception {
        final String url = "http://127.0.0.1:" + Ports.free();
        final Map<String, String> settings = settings(url, "http://127.0.0.1:" + Ports.free() + "/realms/usage");
        settings.put("summary.state.dir", directory.resolve("none").toString());
        try (ConsoleInstance lonely = tables.console(settings)) {
            final HttpResponse<String> answer = new ConsoleClient(lonely.url()).get("/sign-in/oidc");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("Cannot read the metadata of the identity provider");
        }
    }
}
