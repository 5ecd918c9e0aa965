package org.usagestreams.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.FunctionCounter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask and tell an instance, and which place it has. */
class HttpInterfaceTest {
    @TempDir
    private Path directory;

    private int count = 2;
    private Health health = Health.ready("works");
    private final InstanceMetrics metrics = new InstanceMetrics(List.of("stream-state-metrics"));

    private final StreamThreads threads = new StreamThreads() {
        @Override
        public List<StreamThread> threads() {
            return List.of(new StreamThread("app-StreamThread-" + count, "RUNNING", List.of("0_1"), List.of("0_2")));
        }

        @Override
        public boolean resize(int wanted, Duration within) {
            count = wanted;
            return true;
        }
    };

    private HttpInterface start() {
        return HttpInterface.onLoopback(
                directory,
                "secret",
                new HttpInterface.Pages(() -> health, metrics, "a topology", threads, Duration.ofSeconds(1)));
    }

    private HttpResponse<String> get(String path) throws Exception {
        final HttpInterface.Address address = HttpInterface.Address.read(directory.resolve(HttpInterface.FILE));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldTellAliveFromReady() throws Exception {
        try (HttpInterface http = start()) {
            assertNotEquals(0, http.port());
            assertEquals(200, get("/health/live").statusCode());
            assertEquals(200, get("/health/ready").statusCode());
            health = Health.notReady("restores 7 records");
            assertEquals(200, get("/health/live").statusCode());
            assertEquals(503, get("/health/ready").statusCode());
            assertTrue(get("/health/ready").body().contains("restores 7 records"));
            health = Health.dead("threads died");
            assertEquals(503, get("/health/live").statusCode());
            assertEquals(404, get("/health/live/more").statusCode());
        }
    }

    @Test
    void shouldShowMetricsAndTopology() throws Exception {
        final LongAdder things = new LongAdder();
        FunctionCounter.builder("usage_streams_things_total", things, LongAdder::sum)
                .tag("kind", "a")
                .register(metrics.registry());
        try (HttpInterface http = start()) {
            assertNotEquals(0, http.port());
            final String page = get("/metrics").body();
            assertTrue(page.contains("usage_streams_things_total{kind=\"a\"} 0.0"), page);
            assertTrue(page.contains("jvm_memory_used_bytes{area=\"heap\""), page);
            assertFalse(page.contains("secret"), "the token is not told");
            assertEquals("a topology", get("/topology").body());
        }
    }

    private HttpResponse<String> put(String token, String body) throws Exception {
        final HttpInterface.Address address = HttpInterface.Address.read(directory.resolve(HttpInterface.FILE));
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address.url() + "/threads"))
                .PUT(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldChangeThreadsForWhoShowsTheTokenOnly() throws Exception {
        try (HttpInterface http = start()) {
            assertNotEquals(0, http.port());
            assertEquals(401, put(null, "{\"threads\": 4}").statusCode());
            assertEquals(401, put("secre", "{\"threads\": 4}").statusCode());
            assertEquals(400, put("secret", "{\"threads\": 0}").statusCode());
            assertEquals(400, put("secret", "{\"threads\": 1000000}").statusCode());
            assertEquals(400, put("secret", "four").statusCode());
            assertEquals(2, count);
            final HttpResponse<String> answer = put("secret", "{\"threads\": 4}");
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("app-StreamThread-4"), answer.body());
            assertEquals(4, count);
        }
    }

    @Test
    void shouldShowTheTokenToItsUserOnlyAndLeaveNothingBehind() throws Exception {
        final Path file = directory.resolve(HttpInterface.FILE);
        try (HttpInterface http = start()) {
            assertEquals(
                    "http://127.0.0.1:" + http.port(),
                    HttpInterface.Address.read(file).url());
            assertEquals(
                    Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE),
                    Files.getPosixFilePermissions(file));
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldTakeTheFirstPlaceThatIsFree() {
        final InstanceSlot first = InstanceSlot.take(directory);
        try (InstanceSlot second = InstanceSlot.take(directory)) {
            assertEquals(0, first.number());
            assertEquals(1, second.number());
            assertNotEquals(first.directory(), second.directory());
            first.close();
            try (InstanceSlot again = InstanceSlot.take(directory)) {
                assertEquals(0, again.number());
                assertEquals(first.directory(), again.directory());
            }
        }
    }
}
