package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.usagestreams.settings.Settings;

class WebListenerTest {
    private static String said(WebSite site, String request) throws IOException {
        try (WebListener listener = WebListener.start(Settings.of(Map.of("console.http.port", "0")), "console", site);
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        URI.create(listener.url()).getPort())) {
            socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static WebSite.Answer shown(WebSite.Ask ask) {
        final String text = ask.path() + " " + ask.text("key");
        return new WebSite.Answer(200, "text/html; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    @Test
    void shouldDecodeTheQueryAndTellBrowsersToLoadNothingFromElsewhere() throws IOException {
        assertThat(said(WebListenerTest::shown, "GET /file?key=a%2Fb%20c HTTP/1.1\r\nHost: localhost"))
                .startsWith("HTTP/1.1 200")
                .contains(
                        "Content-Security-Policy: default-src 'none'",
                        "X-Content-Type-Options: nosniff",
                        "/file a/b c");
    }

    @Test
    void shouldRefuseRequestsThatNameAnotherHost() throws IOException {
        assertThat(said(WebListenerTest::shown, "GET / HTTP/1.1\r\nHost: attacker.example"))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void shouldRefuseWhatDoesNotOnlyRead() throws IOException {
        assertThat(said(WebListenerTest::shown, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0"))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void shouldNotRepeatWhatFailed() throws IOException {
        assertThat(said(
                        ask -> {
                            throw new IllegalStateException("secret");
                        },
                        "GET / HTTP/1.1\r\nHost: localhost"))
                .startsWith("HTTP/1.1 500")
                .doesNotContain("secret");
    }

    private static final WebSite ECHO = new WebSite() {
        @Override
        public Answer get(Ask ask) {
            return shown(ask);
        }

        @Override
        public Answer post(Ask ask) {
            return Answer.plain(
                    200,
                    ask.text("key") + "," + ask.caller().cookies().get("a") + ","
                            + ask.caller().bearer() + "," + ask.caller().foreign());
        }
    };

    private static String post(String headers, String body) {
        return "POST /x HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: " + body.length() + "\r\n" + headers + "\r\n\r\n" + body;
    }

    @Test
    void shouldReadAFormWithWhoSendsIt() throws IOException {
        assertThat(said(ECHO, post("Cookie: a=b\r\nAuthorization: Bearer t", "key=a%2Fb+c&key=d")))
                .endsWith("a/b c,b,t,false");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: http://localhost:1, false",
        "Origin: https://localhost:1, false",
        "Origin: http://attacker.example, true",
        "Origin: null, true",
        "Sec-Fetch-Site: same-origin, false",
        "Sec-Fetch-Site: cross-site, true",
        "Sec-Fetch-Site: same-site, true"
    })
    void shouldTellFormsOfOtherSites(String header, boolean foreign) throws IOException {
        assertThat(said(ECHO, post(header, "key=k"))).endsWith("," + foreign);
    }

    @Test
    void shouldRefuseBodiesThatAreNoFormOrTooLong() throws IOException {
        assertThat(said(ECHO, post("", "key=k").replace("x-www-form-urlencoded", "json")))
                .startsWith("HTTP/1.1 415");
        assertThat(said(ECHO, post("", "key=" + "k".repeat(9_000)))).startsWith("HTTP/1.1 413");
        assertThat(said(ECHO, post("", "key=%zz"))).startsWith("HTTP/1.1 400");
    }
}
