package org.usagestreams.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask and tell an instance, and which place it has. */
class HttpInterfaceTest {
    @TempDir
    private Path directory;

    private int count = 2;
    private Health health = Health.ready("works");
    private final MetricsPage metrics = new MetricsPage(List.of("stream-state-metrics"));

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

    private HttpInterface start() throws BindException {
        return HttpInterface.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
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
        metrics.counters("things_total", "things", "kind", Map.of("a", new LongAdder()));
        metrics.gauges(
                "lag",
                "lag",
                List.of("topic", "partition"),
                () -> List.of(new MetricsPage.Labelled(List.of("t", "0"), 3.0)));
        final MetricName lag = new MetricName(
                "records-lag", "consumer-fetch-manager-metrics", "its lag", Map.of("client-id", "c", "topic", "t"));
        final MetricName total = new MetricName("process-total", "stream-task-metrics", "its total", Map.of());
        final MetricName text = new MetricName("state", "stream-metrics", "no number", Map.of());
        final MetricName store = new MetricName("put-rate", "stream-state-metrics", "left out", Map.of());
        metrics.kafka(() -> List.of(metric(lag, 2.0), metric(total, 5.0), metric(text, "RUNNING"), metric(store, 1.0)));
        try (HttpInterface http = start()) {
            assertNotEquals(0, http.port());
            final String page = get("/metrics").body();
            assertTrue(page.contains("usage_streams_things_total{kind=\"a\"} 0.0"), page);
            assertTrue(page.contains("usage_streams_lag{partition=\"0\",topic=\"t\"} 3.0"), page);
            assertTrue(
                    page.contains("kafka_consumer_fetch_manager_records_lag{client_id=\"c\",topic=\"t\"} 2.0"), page);
            assertTrue(page.contains("kafka_stream_task_process_total 5.0"), page);
            assertFalse(page.contains("kafka_stream_state"), page);
            assertTrue(page.contains("jvm_memory_used_bytes"), page);
            assertFalse(page.contains("secret"), "the token is not told");
            assertEquals("a topology", get("/topology").body());
        }
    }

    private static Metric metric(MetricName name, Object value) {
        return new Metric() {
            @Override
            public MetricName metricName() {
                return name;
            }

            @Override
            public Object metricValue() {
                return value;
            }
        };
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
