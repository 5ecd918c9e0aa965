package org.usagestreams.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.instance.WebSite.Caller;
import org.usagestreams.settings.Settings;
import org.usagestreams.testkit.ManualClock;

class AccessTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private Path file;
    private Access access;

    private final ManualClock clock = new ManualClock(NOW);

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(directory.resolve("users"), "anna operator * " + Tokens.hash("right"));
        access = new Access(
                Settings.of(Map.of("console.users.file", file.toString(), "console.sign.in.attempts", "3")),
                clock,
                new SecureRandom());
    }

    private static Caller caller(boolean secure, Map<String, String> cookies, String bearer) {
        return new Caller("192.0.2.1", secure, cookies, bearer, false);
    }

    private static Caller plain() {
        return caller(false, Map.of(), "");
    }

    private static Caller with(String header) {
        final String[] cookie = header.substring(0, header.indexOf(';')).split("=", 2);
        return caller(header.contains("Secure"), Map.of(cookie[0], cookie[1]), "");
    }

    @Test
    void shouldKnowASessionByItsCookieUntilItsTimeIsOver() throws Access.RefusedException {
        final String header = access.signIn(plain(), "right\n");
        assertThat(header)
                .contains("; HttpOnly", "; SameSite=Strict", "; Path=/")
                .doesNotContain("Secure", "right");
        final Access.Visit visit = access.visit(with(header)).orElseThrow();
        assertThat(visit.user().name()).isEqualTo("anna");
        assertThat(visit.csrf())
                .isNotEmpty()
                .isNotEqualTo(with(header).cookies().values().iterator().next());
        assertThat(access.visit(plain())).isEmpty();
        clock.set(NOW.plusSeconds(8 * 3_600 - 1));
        assertThat(access.visit(with(header))).isPresent();
        clock.set(NOW.plusSeconds(8 * 3_600));
        assertThat(access.visit(with(header))).isEmpty();
    }

    @Test
    void shouldBindTheCookieToThisHostOverTls() throws Access.RefusedException {
        final String header = access.signIn(caller(true, Map.of(), ""), "right");
        assertThat(header).startsWith("__Host-").contains("; Secure");
        assertThat(access.visit(with(header))).isPresent();
    }

    @Test
    void shouldEndSessionsBySignOutAndWithTheUsersLine() throws Exception {
        final String first = access.signIn(plain(), "right");
        final String second = access.signIn(plain(), "right");
        assertThat(access.signOut(with(first))).contains("Max-Age=0");
        assertThat(access.visit(with(first))).isEmpty();
        assertThat(access.visit(with(second))).isPresent();
        Files.writeString(file, "# nobody any more");
        assertThat(access.visit(with(second))).isEmpty();
    }

    @Test
    void shouldRefuseTokensUnseenAfterTooManyWrongOnesUntilTheMinuteIsOver() throws Access.RefusedException {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> access.signIn(plain(), "wrong")).hasMessage("Unknown token.");
        }
        assertThatThrownBy(() -> access.signIn(plain(), "right")).hasMessageContaining("Too many");
        assertThat(access.visit(caller(false, Map.of(), "right"))).isEmpty();
        assertThat(access.signIn(new Caller("192.0.2.2", false, Map.of(), "", false), "right"))
                .isNotEmpty();
        clock.set(NOW.plusSeconds(60));
        assertThat(access.signIn(plain(), "right")).isNotEmpty();
    }

    @Test
    void shouldKnowWhoShowsATokenWithoutASession() {
        assertThat(access.visit(caller(false, Map.of(), "right")).orElseThrow().csrf())
                .isEmpty();
        assertThat(access.visit(caller(false, Map.of(), "wrong"))).isEmpty();
    }

    @Test
    void shouldLetNobodySignInWithoutUsers() {
        final Access none = new Access(Settings.of(Map.of()), clock, new SecureRandom());
        assertThat(none.isOffered()).isFalse();
        assertThatThrownBy(() -> none.signIn(plain(), "right")).isInstanceOf(Access.RefusedException.class);
        assertThatThrownBy(() -> new Access(Settings.of(Map.of("console.sign.in", "all")), clock, new SecureRandom()))
                .hasMessageContaining("console.users.file");
    }
}
