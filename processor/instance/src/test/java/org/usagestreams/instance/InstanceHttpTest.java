package org.usagestreams.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.settings.Settings;

class InstanceHttpTest {
    private final HttpInterface.Pages pages = new HttpInterface.Pages(
            () -> Health.ready("works"), new InstanceMetrics(List.of()), "a topology", null, Duration.ofSeconds(1));

    @Test
    void shouldTakeTheNextPortWhereOneIsTaken(@TempDir Path directory) throws Exception {
        final int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        final Settings settings =
                Settings.of(Map.of("summary.http.port", Integer.toString(port), "summary.health.port", "0"));
        try (InstanceSlot first = InstanceSlot.take(directory);
                HttpInterface one = InstanceHttp.start(settings, "summary", first, pages);
                InstanceSlot second = InstanceSlot.take(directory);
                HttpInterface other = InstanceHttp.start(settings, "summary", second, pages)) {
            assertEquals(port, one.port());
            assertTrue(other.port() > port && other.port() < port + 64, "port " + other.port());
        }
    }

    @Test
    void shouldNameTheSettingsWhereTheAddressIsNotToBeHad(@TempDir Path directory) {
        final Settings settings = Settings.of(Map.of("http.address", "192.0.2.1"));
        try (InstanceSlot slot = InstanceSlot.take(directory)) {
            final IllegalStateException e = assertThrows(
                    IllegalStateException.class, () -> InstanceHttp.start(settings, "summary", slot, pages));
            assertTrue(e.getMessage().contains("http.address"), e.getMessage());
        }
    }

    private static int status(HttpClient client, String url, String token) throws Exception {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void shouldShowPagesToWhoHasTheTokenOnlyWhereSoSet(@TempDir Path directory) throws Exception {
        final Settings settings = Settings.of(Map.of(
                "summary.http.port", "0",
                "summary.health.port", "0",
                "http.token", "secret",
                "http.token.for", "all"));
        final HttpClient client = HttpClient.newHttpClient();
        try (InstanceSlot slot = InstanceSlot.take(directory);
                HttpInterface http = InstanceHttp.start(settings, "summary", slot, pages)) {
            final String url = "http://127.0.0.1:" + http.port();
            for (final String page : List.of("/metrics", "/topology", "/settings", "/state")) {
                assertEquals(401, status(client, url + page, null), page);
                assertEquals(401, status(client, url + page, "other"), page);
                assertEquals(200, status(client, url + page, "secret"), page);
            }
            assertEquals(200, status(client, url + "/health/live", null));
            assertEquals(200, status(client, "http://127.0.0.1:" + http.healthPort() + "/health/ready", null));
        }
    }

    @Test
    void shouldShowItsSettingsWithoutSecrets(@TempDir Path directory) throws Exception {
        final Settings settings = Settings.of(Map.of(
                "summary.http.port", "0",
                "summary.health.port", "0",
                "http.token", "hush"));
        try (InstanceSlot slot = InstanceSlot.take(directory);
                HttpInterface http = InstanceHttp.start(settings, "summary", slot, pages)) {
            final String shown = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/settings"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            assertTrue(shown.startsWith("{\"settings\":["), shown);
            assertTrue(shown.contains("{\"name\":\"summary.http.port\",\"value\":\"0\",\"origin\":\"program\""), shown);
            assertTrue(!shown.contains("hush"), shown);
        }
    }

    @Test
    void shouldServePagesOverTlsAndHealthChecksWithout(@TempDir Path directory) throws Exception {
        final HeldCertificate authority =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        final HeldCertificate own = new HeldCertificate.Builder()
                .signedBy(authority)
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        final Path file = directory.resolve("tls.pem");
        Files.writeString(file, own.privateKeyPkcs8Pem() + own.certificatePem() + authority.certificatePem());
        final Settings settings = Settings.of(Map.of(
                "summary.http.port", "0",
                "summary.health.port", "0",
                "http.request.ms", "60000",
                "http.tls.file", file.toString()));
        final SSLContext trusted = new HandshakeCertificates.Builder()
                .addTrustedCertificate(authority.certificate())
                .build()
                .sslContext();
        final HttpClient client = HttpClient.newBuilder().sslContext(trusted).build();
        try (InstanceSlot slot = InstanceSlot.take(directory);
                HttpInterface http = InstanceHttp.start(settings, "summary", slot, pages)) {
            final HttpInterface.Address address =
                    HttpInterface.Address.read(slot.directory().resolve(HttpInterface.FILE));
            assertEquals("https://127.0.0.1:" + http.port(), address.url());
            assertEquals(200, status(client, address.url() + "/metrics", null));
            assertEquals(200, status(client, address.health() + "/health/live", null));
            assertThrows(
                    IOException.class,
                    () -> status(HttpClient.newHttpClient(), "http://127.0.0.1:" + http.port() + "/metrics", null));
        }
    }

    @Test
    void shouldSayWhatIsWrongWithACertificate(@TempDir Path directory) throws Exception {
        final Path file = Files.writeString(directory.resolve("tls.pem"), "nothing");
        final Settings settings = Settings.of(Map.of("http.tls.file", file.toString()));
        try (InstanceSlot slot = InstanceSlot.take(directory)) {
            final IllegalStateException e = assertThrows(
                    IllegalStateException.class, () -> InstanceHttp.start(settings, "summary", slot, pages));
            assertTrue(e.getMessage().contains("http.tls.file"), e.getMessage());
        }
    }

    @Test
    void shouldTellNameStateAndCounts(@TempDir Path directory) throws Exception {
        final Settings settings = Settings.of(Map.of("summary.http.port", "0", "summary.health.port", "0"));
        try (InstanceMetrics metrics = new InstanceMetrics(List.of());
                InstanceSlot slot = InstanceSlot.take(directory);
                HttpInterface http = InstanceHttp.start(
                        settings,
                        "summary",
                        slot,
                        new HttpInterface.Pages(
                                () -> Health.notReady("restores"), metrics, null, null, Duration.ofSeconds(1)))) {
            final LongAdder one = new LongAdder();
            one.add(3);
            final LongAdder other = new LongAdder();
            other.add(4);
            Counters.register(
                    metrics.registry(), "usage_streams_things_total", "things", "kind", Map.of("a", one, "b", other));
            final JsonNode state = new JsonMapper()
                    .readTree(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/state"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body());
            assertEquals("processor", state.path("service").asText());
            assertEquals(slot.name(""), state.path("name").asText());
            assertEquals("restores", state.path("detail").asText());
            assertTrue(state.path("live").asBoolean() && !state.path("ready").asBoolean());
            assertTrue(Instant.parse(state.path("started").asText()).isAfter(Instant.EPOCH));
            assertEquals(
                    7, state.path("metrics").path("usage_streams_things_total").asInt());
            assertEquals(1, state.path("metrics").size(), "without those of the JVM");
        }
    }
}
