package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.usagestreams.consumer.RecordOutcome;
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

    private byte[] file = RandomReports.pods("2026-11-01", "a");
    private final List<ProducerRecord<byte[], byte[]>> output = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private StubStore store;
    private volatile boolean trickles;
    private SplitLimits limits = SplitLimits.DEFAULTS;
    private SecondLane second = lane(1 << 20, SourceQuota.DEFAULTS);

    private static SecondLane lane(long fromBytes, SourceQuota quota) {
        return lane(fromBytes, SLICE, 64 << 20, 128 << 20, quota);
    }

    private static SecondLane lane(long fromBytes, Duration fromTime, long fromMemory, long output, SourceQuota quota) {
        return new SecondLane("g", 1, fromBytes, fromTime, fromMemory, 5_000_000, 32 << 20, output, null, quota);
    }

    @BeforeEach
    void start() throws IOException {
        store = new StubStore(this::answer, threads);
    }

    @AfterEach
    void stop() {
        end.countDown();
        store.close();
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        StubStore.describe(exchange, "e", "Sun, 01 Nov 2026 00:00:00 GMT");
        if (trickles && exchange.getRequestMethod().equals("GET")) {
            exchange.sendResponseHeaders(206, file.length);
            trickle(exchange);
            exchange.close();
        } else {
            StubStore.send(exchange, 206, file);
        }
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
        final OkHttpClient http = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .callTimeout(longest)
                .build();
        return new NotificationRecords(
                new NotificationHandler(
                        new ObjectStore(store.client(http), counts.bytesRead, null),
                        64 << 10,
                        new ObjectSplitter(lane.handsOn() ? limits.ofFirstLane(second) : limits),
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
        return new ConsumerRecord<>(
                TOPICS.name(topic),
                3,
                7,
                1_234,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                StubStore.uploaded(KEY),
                new RecordHeaders(),
                Optional.empty());
    }

    private RecordOutcome.HandOn handOn(TopicRole topic) {
        return handOn(first(), topic);
    }

    private RecordOutcome.HandOn handOn(NotificationRecords lane, TopicRole topic) {
        final ConsumerRecord<byte[], byte[]> record = notification(topic);
        final RecordOutcome outcome = lane.handle(record, output::add);
        assertThat(outcome).isInstanceOf(RecordOutcome.HandOn.class);
        output.clear();
        lane.handOn(record, (RecordOutcome.HandOn) outcome, output::add);
        return (RecordOutcome.HandOn) outcome;
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
                .isEqualTo(RecordOutcome.COMPLETE);
        assertThat(facts()).singleElement().matches(ObjectFact::hasSplit);
    }

    @Test
    void shouldHandALargeObjectOnAndSayWhatItWaitsFor() {
        second = lane(10, SourceQuota.DEFAULTS);
        final RecordOutcome.HandOn outcome = handOn(TopicRole.NOTIFICATIONS);
        assertThat(outcome.cause()).isEqualTo(Cause.SIZE.label());
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
        second = lane(1 << 20, SHORT, 64 << 20, 128 << 20, SourceQuota.DEFAULTS);
        final NotificationRecords lane = records(Lane.first(second, 8 << 20, new SourceQuotas(second.quota())), SHORT);
        final long start = System.nanoTime();
        assertThat(handOn(lane, TopicRole.NOTIFICATIONS).cause()).isEqualTo(Cause.TIME.label());
        // All of its bytes would take longer.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TRICKLE.multipliedBy(file.length / 2));
    }

    @Test
    void shouldHandOnAnObjectThatTakesMuchMemory() {
        second = lane(1 << 20, SLICE, 1 << 20, 128 << 20, SourceQuota.DEFAULTS);
        assertThat(handOn(TopicRole.NOTIFICATIONS).cause()).isEqualTo(Cause.MEMORY.label());
    }

    @Test
    void shouldHandOnAnObjectOfManyValuesAfterItsFooter() {
        second = new SecondLane("g", 1, 1 << 20, SLICE, 64 << 20, 10, 32 << 20, 128 << 20, null, SourceQuota.DEFAULTS);
        final RecordOutcome.HandOn outcome = handOn(TopicRole.NOTIFICATIONS);
        assertThat(outcome.cause()).isEqualTo(Cause.VALUES.label());
        assertThat(outcome.reason()).endsWith("values, over splitter.large.from.values=10");
    }

    @Test
    void shouldHandOnAnObjectOfMuchText() {
        second = new SecondLane("g", 1, 1 << 20, SLICE, 64 << 20, 1_000, 3, 128 << 20, null, SourceQuota.DEFAULTS);
        final RecordOutcome.HandOn outcome = handOn(TopicRole.NOTIFICATIONS);
        assertThat(outcome.cause()).isEqualTo(Cause.TEXT.label());
        assertThat(outcome.reason()).endsWith("decoded to more than splitter.large.from.text.bytes=3");
    }

    @Test
    void shouldHandOnWhatIsTooMuchToHold() {
        final Lane lane = Lane.first(second, 10, new SourceQuotas(second.quota()));
        assertThat(handOn(records(lane, SLICE), TopicRole.NOTIFICATIONS).cause())
                .isEqualTo(Cause.OUTPUT.label());
    }

    @Test
    void shouldHandOnWhatASourceHasTooMuchOf() {
        second = lane(1 << 20, new SourceQuota(1, 1 << 30, 1 << 30));
        final NotificationRecords lane = first();
        assertThat(lane.handle(notification(TopicRole.NOTIFICATIONS), output::add))
                .isEqualTo(RecordOutcome.COMPLETE);
        final RecordOutcome.HandOn outcome = handOn(lane, TopicRole.NOTIFICATIONS);
        assertThat(outcome.cause()).isEqualTo(Cause.QUOTA.label());
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
        assertThat(secondLane().handle(handedOn, output::add)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(facts()).singleElement().satisfies(fact -> {
            assertThat(fact.hasSplit()).isTrue();
            assertThat(fact.getNotifiedMillis()).isEqualTo(1_234);
        });
    }

    /** A large object has large chunks, whatever is allowed beyond its own bytes. */
    @Test
    void shouldTakeAsManyBytesOfChunksAsTheObjectHas() {
        second = lane(10, SLICE, 64 << 20, 1, SourceQuota.DEFAULTS);
        handOn(TopicRole.NOTIFICATIONS);
        final ConsumerRecord<byte[], byte[]> handedOn = handedOn(TopicRole.LARGE_OBJECTS);
        output.clear();
        assertThat(secondLane().handle(handedOn, output::add)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(facts()).singleElement().matches(ObjectFact::hasSplit);
    }

    @Test
    void shouldRejectWhatIsTooMuchForTheSecondLaneToo() throws IOException {
        second = lane(10, SLICE, 64 << 20, 10, SourceQuota.DEFAULTS);
        // A chunk for each row takes more than the row does in the file.
        limits = limits.withChunks(1, 512 << 10);
        file = RandomReports.pods(
                "2026-11-01", IntStream.range(0, 100).mapToObj(i -> "n" + i).toArray(String[]::new));
        handOn(TopicRole.NOTIFICATIONS);
        final ConsumerRecord<byte[], byte[]> handedOn = handedOn(TopicRole.LARGE_OBJECTS);
        output.clear();
        final NotificationRecords lane = secondLane();
        assertThat(lane.handle(handedOn, output::add)).isEqualTo(RecordOutcome.RESTART);
        output.clear();
        assertThat(lane.handle(handedOn, output::add)).isEqualTo(RecordOutcome.COMPLETE);
        final DeadLetter deadLetter =
                DeadLetter.parse(on(TopicRole.DEAD_LETTERS).get(0).value());
        assertThat(deadLetter.reason())
                .isEqualTo("its chunks take over 10 bytes (setting splitter.large.output.bytes) more than its "
                        + file.length + " stored bytes");
        assertThat(deadLetter.record()).isEqualTo("usage.notifications-3@7");
        assertThat(facts()).singleElement().matches(ObjectFact::hasFailed);
    }

    @Test
    void shouldBelieveAPlaceOnItsOwnTopicOnly() throws IOException {
        second = lane(10, SourceQuota.DEFAULTS);
        handOn(TopicRole.MARKED_NOTIFICATIONS);
        final ConsumerRecord<byte[], byte[]> forged = handedOn(TopicRole.NOTIFICATIONS);
        second = lane(1 << 30, SourceQuota.DEFAULTS);
        file = "This is no Parquet.".getBytes(UTF_8);
        output.clear();
        assertThat(secondLane().handle(forged, output::add)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(DeadLetter.parse(on(TopicRole.DEAD_LETTERS).get(0).value()).record())
                .isEqualTo("usage.notifications-0@0");
    }
}
