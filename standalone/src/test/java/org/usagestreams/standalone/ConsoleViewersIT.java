package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.topics.TopicCatalog;

/** A console in a process of its own, with a hundred open pages: what they cost, and how soon each shows a change. */
@Tag("long")
class ConsoleViewersIT {
    private static final int VIEWERS = 100;
    private static final int WARM_UP = 20;
    private static final int CHANGES = 40;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    @TempDir
    private static Path directory;

    private static BrokerFixture broker;
    private static ConsoleTables tables;
    private static Process console;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerFixture(directory);
        broker.make(TopicCatalog.shipped());
        tables = new ConsoleTables(directory);
        final Map<String, String> settings = new HashMap<>(Map.of(
                "console.http.port", "0",
                "kafka.bootstrap.servers", (String) broker.kafka().get("bootstrap.servers"),
                "postgres.url", tables.jdbcUrl(),
                "postgres.user", "usage_console",
                "postgres.password", "console"));
        for (final String folder : List.of("summary.state.dir", "splitter.instance.dir", "validation.dir")) {
            settings.put(folder, directory.resolve(folder).toString());
        }
        final List<String> lines = new ArrayList<>();
        settings.forEach((name, value) -> lines.add(name + "=" + value));
        final Path file = Files.write(directory.resolve("console.properties"), lines);
        console = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.usagestreams.console.ConsoleCommand",
                        "-c",
                        file.toString())
                .redirectError(directory.resolve("console.log").toFile())
                .start();
        final BufferedReader out =
                new BufferedReader(new InputStreamReader(console.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith("console:")) {
            line = out.readLine();
        }
        assertThat(line).as("it starts: " + directory.resolve("console.log")).isNotNull();
        url = line.substring("console:".length()).strip();
    }

    @AfterAll
    static void end() throws Exception {
        if (console != null) {
            console.destroy();
            if (!console.waitFor(20, TimeUnit.SECONDS)) {
                console.destroyForcibly();
            }
        }
        for (final AutoCloseable part : new AutoCloseable[] {tables, broker}) {
            if (part != null) {
                part.close();
            }
        }
    }

    /** An open page: the number of the last change that it was told of, and when. */
    private static final class Viewer implements Flow.Subscriber<String> {
        private String event = "";
        private volatile long change = -1;
        private volatile long at;
        private volatile boolean over;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (line.startsWith("event: ")) {
                event = line;
            } else if (event.equals("event: changed") && line.startsWith("data: ")) {
                final long now = Long.parseLong(line.substring("data: ".length()));
                if (now > change) {
                    at = System.nanoTime();
                    change = now;
                }
            }
        }

        @Override
        public void onError(Throwable e) {
            over = true;
        }

        @Override
        public void onComplete() {
            over = true;
        }
    }

    /** Makes a change right after the last was shown, when the next look is furthest away; milliseconds until all show it. */
    private static long change(List<Viewer> viewers, int number) throws Exception {
        final long before =
                viewers.stream().mapToLong(viewer -> viewer.change).max().orElseThrow();
        tables.execute("INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, uploaded_at,"
                + " event_at, revision) VALUES ('reports', 'waiting/" + number
                + "', 'e', '', 'SPLIT', now(), now(), 1)");
        final long made = System.nanoTime();
        Awaitility.await("change " + number + " is shown to all")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> viewers.stream().allMatch(viewer -> viewer.change > before));
        return (viewers.stream().mapToLong(viewer -> viewer.at).max().orElseThrow() - made) / 1_000_000;
    }

    private static Duration cpu() {
        return console.toHandle().info().totalCpuDuration().orElseThrow();
    }

    @Test
    void shouldKeepAHundredPagesUpToDateWithATenthOfACore(TestReporter reporter) throws Exception {
        final HttpClient client = HttpClient.newHttpClient();
        final List<Viewer> viewers = new ArrayList<>();
        final List<Future<?>> streams = new ArrayList<>();
        for (int i = 0; i < VIEWERS; i++) {
            final Viewer viewer = new Viewer();
            viewers.add(viewer);
            streams.add(client.sendAsync(
                    HttpRequest.newBuilder(URI.create(url + "/live")).build(),
                    HttpResponse.BodyHandlers.fromLineSubscriber(viewer)));
        }
        Awaitility.await("all listen").atMost(WITHIN).until(() -> viewers.stream()
                .allMatch(viewer -> viewer.change >= 0));
        for (int i = 0; i < WARM_UP; i++) {
            change(viewers, i);
        }
        final Duration cpuBefore = cpu();
        final long start = System.nanoTime();
        final long[] millis = new long[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            millis[i] = change(viewers, WARM_UP + i);
        }
        final double share = cpu().minus(cpuBefore).toNanos() / (double) (System.nanoTime() - start);
        Arrays.sort(millis);
        reporter.publishEntry(Map.of(
                "share of a core", String.format("%.3f", share),
                "p50 ms", Long.toString(millis[CHANGES / 2]),
                "p95 ms", Long.toString(millis[CHANGES * 95 / 100 - 1]),
                "longest ms", Long.toString(millis[CHANGES - 1])));
        assertThat(viewers).noneMatch(viewer -> viewer.over);
        assertThat(streams).noneMatch(Future::isDone);
        assertThat(share).as("share of a core").isLessThan(0.1);
        assertThat(millis[CHANGES * 95 / 100 - 1])
                .as("p95 of milliseconds until all pages show a change")
                .isLessThanOrEqualTo(2_000);
    }
}
