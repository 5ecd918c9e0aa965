package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.minio.MinioClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.splitter.HandOnException.Cause;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;

/** The first lane hands on what would hold others up; the second takes it from there, with its place and its time. */
class FirstLaneTest {
    private static final TopicCatalog TOPICS = TopicCatalog.shipped();
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";
    private static final String KEY = "data/o/OCP/source=" + SOURCE + "/openshift_pod_usage_line_items/a.parquet";

    /** Long enough for a busy machine: only what trickles takes longer than what it has. */
    private static final Duration SLICE = Duration.ofMinutes(1);

    private static final Duration TRICKLE = Duration.ofMillis(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final byte[] file = RandomReports.pods("2026-11-01", "a");
    private final List<ProducerRecord<byte[], byte[]>> output = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer store;
    private volatile boolean trickles;
    private SplitLimits limits = SplitLimits.DEFAULTS;
    private SecondLane second = lane(1 << 20, SourceQuota.DEFAULTS);

    private static SecondLane lane(long fromBytes, SourceQuota quota) {
        return new SecondLane("g", 1, fromBytes, SLICE, 64 << 20, 128 << 20, null, quota);
    }

    @BeforeEach
    void start() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.setExecutor(threads);
        store.createContext("/", this::answer);
        store.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        store.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("ETag", "\"e\"");
        exchange.getResponseHeaders().set("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT");
        exchange.getResponseHeaders().set("x-amz-request-id", "1");
        if ("HEAD".equals(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(file.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(206, file.length);
            if (trickles) {
                trickle(exchange);
            } else {
                exchange.getResponseBody().write(file);
            }
        }
        exchange.close();
    }

    /** A byte now and then, so that no wait for bytes is ever long. */
    private void trickle(HttpExchange exchange) throws IOException {
        try {
            for (int i = 0; i < file.length && !end.await(TRICKLE.toMillis(), TimeUnit.MILLISECONDS); i++) {
                exchange.getResponseBody().write(file, i, 1);
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private NotificationRecords records(Lane lane, Duration longest) {
        final SplitterCounts counts = new SplitterCounts();
        final MinioClient client = MinioClient.builder()
                .endpoint("http://127.0.0.1:" + store.getAddress().getPort())
                .credentials("a", "b")
                .region("x")
                .httpClient(
                        new OkHttpClient.Builder()
                                .protocols(List.of(Protocol.HTTP_1_1))
                                .callTimeout(longest)
                                .build(),
                        true)
                .build();
        return new NotificationRecords(
                new NotificationHandler(
                        new ObjectStore(client, counts.bytesRead, null),
                        64 << 10,
                        new ObjectSplitter(lane.handsOn() ? limits.withMemory(second.fromMemoryBytes()) : limits),
                        counts,
                        Clock.systemUTC(),
                        Time.SYSTEM,
                        ObjectTime.DEFAULTS,
                        SplitPolicy.DEFAULTS,
                        lane),
                TOPICS,
                counts);
    }

    private NotificationRecords first() {
        return records(Lane.first(second, 8 << 20, new SourceQuotas(second.quota())), SLICE);
    }

    private static ConsumerRecord<byte[], byte[]> notification(TopicRole topic) {
        final String event = "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":"
                + "\"2026-11-01T00:00:00.000Z\",\"s3\":{\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"" + KEY
                + "\",\"eTag\":\"e\",\"size\":1,\"sequencer\":\"1\"}}}]}";
        return new ConsumerRecord<>(
                TOPICS.name(topic),
                3,
                7,
                1_234,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                event.getBytes(UTF_8),
                new RecordHeaders(),
                Optional.empty());
    }

    private SplitOutcome.HandOn handOn(TopicRole topic) {
        return handOn(first(), topic);
    }

    private SplitOutcome.HandOn handOn(NotificationRecords lane, TopicRole topic) {
        final ConsumerRecord<byte[], byte[]> record = notification(topic);
        final SplitOutcome outcome = lane.handle(record, output::add);
        assertThat(outcome).isInstanceOf(SplitOutcome.HandOn.class);
        output.clear();
        lane.handOn(record, (SplitOutcome.HandOn) outcome, output::add);
        return (SplitOutcome.HandOn) outcome;
    }

    private List<ProducerRecord<byte[], byte[]>> on(TopicRole topic) {
        return output.stream()
                .filter(record -> record.topic().equals(TOPICS.name(topic)))
                .toList();
    }

    private List<ObjectFact> facts() {
        return on(TopicRole.OBJECTS).stream()
                .map(record -> {
                    try {
                        return ObjectFact.parseFrom(record.value());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    @Test
    void shouldSplitASmallObject() {
        assertThat(first().handle(notification(TopicRole.NOTIFICATIONS), output::add))
                .isEqualTo(SplitOutcome.COMPLETE);
        assertThat(facts()).singleElement().matches(ObjectFact::hasSplit);
    }

    @Test
    void shouldHandALargeObjectOnAndSayWhatItWaitsFor() {
        second = lane(10, SourceQuota.DEFAULTS);
        final SplitOutcome.HandOn outcome = handOn(TopicRole.NOTIFICATIONS);
        assertThat(outcome.cause()).isEqualTo(Cause.SIZE);
        assertThat(facts()).singleElement().satisfies(fact -> assertThat(
                        fact.getReceived().getAside())
                .isEqualTo("waits in the second lane: its " + file.length
                        + " bytes are over splitter.large.from.bytes=10"));
        assertThat(on(TopicRole.LARGE_OBJECTS)).singleElement().satisfies(record -> {
            assertThat(new String(record.key(), UTF_8)).isEqualTo("o|" + SOURCE);
            assertThat(record.value())
                    .isEqualTo(notification(TopicRole.NOTIFICATIONS).value());
            assertThat(record.timestamp()).isNull();
        });
    }

    @Test
    void shouldHandOnAnObjectThatTheStoreGivesOutSlowly() {
        trickles = true;
        second = new SecondLane("g", 1, 1 << 20, SHORT, 64 << 20, 128 << 20, null, SourceQuota.DEFAULTS);
        final NotificationRecords lane = records(Lane.first(second, 8 << 20, new SourceQuotas(second.quota())), SHORT);
        final long start = System.nanoTime();
        assertThat(handOn(lane, TopicRole.NOTIFICATIONS).cause()).isEqualTo(Cause.TIME);
        // All of its bytes would take longer.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TRICKLE.multipliedBy(file.length / 2));
    }

    @Test
    void shouldHandOnAnObjectThatTakesMuchMemory() {
        second = new SecondLane("g", 1, 1 << 20, SLICE, 1 << 20, 128 << 20, null, SourceQuota.DEFAULTS);
        assertThat(handOn(TopicRole.NOTIFICATIONS).cause()).isEqualTo(Cause.MEMORY);
    }

    @Test
    void shouldHandOnWhatIsTooMuchToHold() {
        final Lane lane = Lane.first(second, 10, new SourceQuotas(second.quota()));
        assertThat(handOn(records(lane, SLICE), TopicRole.NOTIFICATIONS).cause())
                .isEqualTo(Cause.OUTPUT);
    }

    @Test
    void shouldHandOnWhatASourceHasTooMuchOf() {
        second = lane(1 << 20, new SourceQuota(1, 1 << 30, 1 << 30));
        final NotificationRecords lane = first();
        assertThat(lane.handle(notification(TopicRole.NOTIFICATIONS), output::add))
                .isEqualTo(SplitOutcome.COMPLETE);
        final SplitOutcome.HandOn outcome = handOn(lane, TopicRole.NOTIFICATIONS);
        assertThat(outcome.cause()).isEqualTo(Cause.QUOTA);
        assertThat(outcome.reason()).isEqualTo("its source has used up splitter.source.objects.per.minute=1");
    }

    /** As it is consumed in the second lane. */
    private ConsumerRecord<byte[], byte[]> handedOn(TopicRole topic) {
        final ProducerRecord<byte[], byte[]> record =
                on(TopicRole.LARGE_OBJECTS).get(0);
        return new ConsumerRecord<>(
                TOPICS.name(topic),
                0,
                0,
                9_999,
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }

    private NotificationRecords secondLane() {
        return records(Lane.second(second, ObjectTime.DEFAULTS), Duration.ZERO);
    }

    @Test
    void shouldSplitInTheSecondLaneAsIfItHadComeThere() {
        second = lane(10, SourceQuota.DEFAULTS);
        handOn(TopicRole.NOTIFICATIONS);
        final ConsumerRecord<byte[], byte[]> handedOn = handedOn(TopicRole.LARGE_OBJECTS);
        output.clear();
        assertThat(secondLane().handle(handedOn, output::add)).isEqualTo(SplitOutcome.COMPLETE);
        assertThat(facts()).singleElement().satisfies(fact -> {
            assertThat(fact.hasSplit()).isTrue();
            assertThat(fact.getNotifiedMillis()).isEqualTo(1_234);
        });
    }

    @Test
    void shouldRejectWhatIsTooMuchForTheSecondLaneToo() throws IOException {
        second = new SecondLane("g", 1, 10, SLICE, 64 << 20, 10, null, SourceQuota.DEFAULTS);
        handOn(TopicRole.NOTIFICATIONS);
        final ConsumerRecord<byte[], byte[]> handedOn = handedOn(TopicRole.LARGE_OBJECTS);
        output.clear();
        assertThat(secondLane().handle(handedOn, output::add)).isEqualTo(SplitOutcome.COMPLETE);
        final DeadLetter deadLetter =
                DeadLetter.parse(on(TopicRole.DEAD_LETTERS).get(0).value());
        assertThat(deadLetter.reason())
                .isEqualTo("its chunks take more than 10 bytes (setting splitter.large.output.bytes)");
        assertThat(deadLetter.record()).isEqualTo("usage.notifications-3@7");
        assertThat(facts()).singleElement().matches(ObjectFact::hasFailed);
    }

    @Test
    void shouldBelieveAPlaceOnItsOwnTopicOnly() throws IOException {
        second = lane(10, SourceQuota.DEFAULTS);
        handOn(TopicRole.MARKED_NOTIFICATIONS);
        final ConsumerRecord<byte[], byte[]> forged = handedOn(TopicRole.NOTIFICATIONS);
        second = new SecondLane("g", 1, 1 << 30, SLICE, 64 << 20, 10, null, SourceQuota.DEFAULTS);
        output.clear();
        assertThat(secondLane().handle(forged, output::add)).isEqualTo(SplitOutcome.COMPLETE);
        assertThat(DeadLetter.parse(on(TopicRole.DEAD_LETTERS).get(0).value()).record())
                .isEqualTo("usage.notifications-0@0");
    }
}
