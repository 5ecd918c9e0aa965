package org.usagestreams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedHttpTest {
    private final HeldCertificate authority =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private final HeldCertificate other =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private HttpsServer server;

    @TempDir
    private Path directory;

    @BeforeEach
    void listen() throws IOException {
        final HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .signedBy(authority)
                .build();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(
                new HandshakeCertificates.Builder().heldCertificate(own).build().sslContext()));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("ca.pem"), text);
    }

    private int get(Path authorities) throws IOException {
        final Request request = new Request.Builder()
                .url("https://localhost:" + server.getAddress().getPort() + "/")
                .build();
        try (Response response = TrustedHttp.client(authorities, "store.ca.file")
                .newCall(request)
                .execute()) {
            return response.code();
        }
    }

    @Test
    void shouldTrustEachCertificateOfTheFile() throws IOException {
        assertThat(get(file(other.certificatePem() + authority.certificatePem())))
                .isEqualTo(204);
    }

    @Test
    void shouldTrustNoOtherCertificate() throws IOException {
        final Path authorities = file(other.certificatePem());
        assertThatThrownBy(() -> get(authorities)).isInstanceOf(SSLException.class);
    }

    @Test
    void shouldNameTheSettingWhereTheFileHoldsNoCertificates() throws IOException {
        for (final Path file : new Path[] {file(""), directory.resolve("missing.pem")}) {
            assertThatThrownBy(() -> TrustedHttp.client(file, "store.ca.file"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("store.ca.file")
                    .hasMessageContaining(file.toString());
        }
    }
}
