package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.minio.MinioClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;

/** An object that takes longer than it may is tried again, and then FAILED. */
class SlowObjectTest {
    private static final String KEY =
            "data/o/OCP/source=00000000-0000-4000-8000-0000000000cc/openshift_pod_usage_line_items/a.parquet";

    private final byte[] file = RandomReports.pods("2026-11-01", "a");
    private final List<ObjectFact> facts = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final NotificationHandler.Output output = new NotificationHandler.Output() {
        @Override
        public void chunk(ChunkKey key, byte[] value) {}

        @Override
        public void fact(ObjectFact fact) {
            facts.add(fact);
        }

        @Override
        public void deadLetter(DeadLetter deadLetter) {
            deadLetters.add(deadLetter);
        }

        @Override
        public void settled(String deadLetter) {}
    };

    private HttpServer store;

    @BeforeEach
    void start() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"e\"");
            exchange.getResponseHeaders().set("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT");
            exchange.getResponseHeaders().set("x-amz-request-id", "1");
            if ("HEAD".equals(exchange.getRequestMethod())) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(file.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                final String[] range = exchange.getRequestHeaders()
                        .getFirst("Range")
                        .substring("bytes=".length())
                        .split("-", 2);
                final int from = Integer.parseInt(range[0]);
                final int length = Math.min(Integer.parseInt(range[1]) + 1, file.length) - from;
                exchange.sendResponseHeaders(206, length);
                exchange.getResponseBody().write(file, from, length);
            }
            exchange.close();
        });
        store.start();
    }

    @AfterEach
    void stop() {
        store.stop(0);
    }

    private NotificationHandler handler(ObjectTime objectTime) {
        final SplitterCounts counts = new SplitterCounts();
        return new NotificationHandler(
                new ObjectStore(
                        MinioClient.builder()
                                .endpoint(
                                        "http://127.0.0.1:" + store.getAddress().getPort())
                                .credentials("a", "b")
                                .region("x")
                                .build(),
                        counts.bytesRead,
                        null),
                64 << 10,
                new ObjectSplitter(SplitLimits.DEFAULTS),
                counts,
                Clock.systemUTC(),
                new ManualTime(),
                objectTime,
                SplitPolicy.DEFAULTS,
                Lane.second(SecondLane.DEFAULTS, objectTime));
    }

    private static Notification notification() {
        final String event = "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":"
                + "\"2026-11-01T00:00:00.000Z\",\"s3\":{\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"" + KEY
                + "\",\"eTag\":\"e\",\"size\":1,\"sequencer\":\"1\"}}}]}";
        return new Notification(event.getBytes(StandardCharsets.UTF_8), "in-0@0", 0, false);
    }

    @Test
    void shouldFailAnObjectAfterABoundedNumberOfSlowAttempts() {
        final NotificationHandler handler = handler(new ObjectTime(Duration.ZERO, 1 << 30, Duration.ofMinutes(1), 3));
        final Verdicts verdicts = new Verdicts();
        assertThat(handler.handle(notification(), verdicts, output)).isEqualTo(SplitOutcome.RESTART);
        assertThat(handler.handle(notification(), verdicts, output)).isEqualTo(SplitOutcome.RESTART);
        assertThat(facts).isEmpty();
        assertThat(handler.handle(notification(), verdicts, output)).isEqualTo(SplitOutcome.COMPLETE);
        assertThat(facts).singleElement().matches(ObjectFact::hasFailed);
        assertThat(deadLetters).singleElement().satisfies(deadLetter -> assertThat(deadLetter.reason())
                .contains("Cannot split its " + file.length + " bytes within 0 s, in 3 attempts")
                .contains("splitter.object.base.ms"));
    }

    @Test
    void shouldSplitAnObjectWithinTheTimeForItsSize() {
        final NotificationHandler handler = handler(ObjectTime.DEFAULTS);
        assertThat(handler.handle(notification(), new Verdicts(), output)).isEqualTo(SplitOutcome.COMPLETE);
        assertThat(facts).singleElement().matches(ObjectFact::hasSplit);
    }

    @Test
    void shouldGiveTimeBySizeUpToABound() {
        final ObjectTime time = ObjectTime.within(Duration.ofSeconds(10), 1_000, 3, Duration.ofSeconds(40));
        assertThat(time.of(0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(time.of(5_000)).isEqualTo(Duration.ofSeconds(15));
        assertThat(time.of(1_000_000)).isEqualTo(Duration.ofSeconds(30));
    }
}
