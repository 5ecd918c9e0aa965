package org.usagestreams.service.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.store.TrustedHttp;

/** Fetching payloads from where they are announced. */
class PayloadDownloadTest {
    private static final int MOST = 1_000;

    @TempDir
    private Path folder;

    private HttpServer server;
    private PayloadDownload download;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        download = new PayloadDownload(
                new OkHttpClient(),
                Duration.ofSeconds(20),
                Set.of("127.0.0.1:" + server.getAddress().getPort()),
                MOST);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String serve(String path, int status, int bytes) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.2/elsewhere");
            exchange.sendResponseHeaders(status, bytes == 0 ? -1 : bytes);
            exchange.getResponseBody().write(new byte[bytes]);
            exchange.close();
        });
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private Path file() {
        return folder.resolve("payload");
    }

    @Test
    void shouldFetchFromAHostThatIsAllowed() throws Exception {
        download.fetch(serve("/a", 200, MOST), file());
        assertThat(Files.size(file())).isEqualTo(MOST);
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        assertThatThrownBy(() -> download.fetch(serve("/a", 200, MOST + 1), file()))
                .isInstanceOf(PayloadDownload.RefusedException.class)
                .hasMessageContaining("intake.payload.bytes");
    }

    @Test
    void shouldRefuseOtherHostsSchemesAndPorts() {
        for (final String url : new String[] {
            "http://169.254.169.254/latest/meta-data",
            "http://localhost:" + server.getAddress().getPort() + "/a",
            "http://127.0.0.1:1/a",
            "http://127.0.0.1:" + server.getAddress().getPort() + "@evil/a",
            "file:///etc/passwd",
            "ftp://127.0.0.1/a",
            "no url"
        }) {
            assertThatThrownBy(() -> download.fetch(url, file()))
                    .as(url)
                    .isInstanceOf(PayloadDownload.RefusedException.class);
        }
    }

    @Test
    void shouldFollowNoRedirect() {
        assertThatThrownBy(() -> download.fetch(serve("/a", 302, 0), file()))
                .isInstanceOf(PayloadDownload.RefusedException.class)
                .hasMessageContaining("redirects are not followed");
    }

    @Test
    void shouldTellWhatMayHelpLaterFromWhatDoesNot() {
        assertThatThrownBy(() -> download.fetch(serve("/gone", 404, 0), file()))
                .isInstanceOf(PayloadDownload.RefusedException.class);
        assertThatThrownBy(() -> download.fetch(serve("/busy", 429, 0), file())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> download.fetch(serve("/down", 503, 0), file())).isInstanceOf(IOException.class);
        final String url = serve("/b", 200, 1);
        server.stop(0);
        assertThatThrownBy(() -> download.fetch(url, file())).isInstanceOf(IOException.class);
    }

    @Test
    void shouldFetchOverHttpsFromWhomTheAuthorityKnows() throws Exception {
        final HeldCertificate authority =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        final HeldCertificate other =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        final HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .signedBy(authority)
                .build();
        final HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(
                new HandshakeCertificates.Builder().heldCertificate(own).build().sslContext()));
        secure.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, 1);
                exchange.getResponseBody().write('x');
            }
        });
        secure.start();
        try {
            final int port = secure.getAddress().getPort();
            final String url = "https://localhost:" + port + "/a";
            final Path authorities = Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
            over(TrustedHttp.client(authorities, "intake.announce.ca.file"), port)
                    .fetch(url, file());
            assertThat(Files.readString(file())).isEqualTo("x");
            Files.delete(file());
            assertThatThrownBy(() -> over(new OkHttpClient(), port).fetch(url, file()))
                    .as("an authority that the JVM does not know")
                    .isInstanceOf(SSLException.class);
            final Path others = Files.writeString(folder.resolve("other.pem"), other.certificatePem());
            assertThatThrownBy(() -> over(TrustedHttp.client(others, "intake.announce.ca.file"), port)
                            .fetch(url, file()))
                    .isInstanceOf(SSLException.class);
            assertThat(file()).doesNotExist();
        } finally {
            secure.stop(0);
        }
    }

    private static PayloadDownload over(OkHttpClient client, int port) {
        return new PayloadDownload(client, Duration.ofSeconds(60), Set.of("localhost:" + port), MOST);
    }
}
