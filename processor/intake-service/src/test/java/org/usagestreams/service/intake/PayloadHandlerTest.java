package org.usagestreams.service.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.intake.PayloadLimits;
import org.usagestreams.intake.Unpacker;
import org.usagestreams.splitter.EventPolicy;
import org.usagestreams.testkit.ManualClock;
import org.usagestreams.testkit.MockTopic;
import org.usagestreams.testkit.PayloadBuilder;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectFact.FactCase;

/** What notifications of payloads lead to: with a bucket in this process, and clients of Kafka that are none. */
class PayloadHandlerTest {
    private static final String KEY = "payloads/org1/p.tar.gz";
    private static final String SOURCE = "00000000-0000-4000-8000-000000000001";
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final int MOST_BYTES = 100_000;
    private static final int MOST_WAITING = 2;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-01T00:00:00Z"));
    private final IntakeCounts counts = new IntakeCounts();
    private final FakeOutput output = new FakeOutput();
    private final MockTopic reference = new MockTopic("usage.clusters");
    private final MockTopic letters = new MockTopic("usage.dead-letters");
    private final Clusters clusters = new Clusters(reference, Map.of(), "usage.clusters");
    private final WaitingPayloads waiting = new WaitingPayloads(
            letters, Map.of(), "usage.dead-letters", "usage.marked-notifications", clusters, () -> true, clock);
    private FakeBucket bucket;
    private PayloadRecords first;
    private ReceivedPayloadRecords second;

    /** Records that the second lane has done. */
    private int unpacked;

    private long offset;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        bucket = new FakeBucket();
        clusters.load();
        waiting.step();
        use(MOST_WAITING, 1L << 30);
    }

    /** Takes a new handler, with these limits of payloads that wait. */
    private void use(int mostWaiting, long mostWaitingBytes) {
        final PayloadStore store = bucket.store(counts);
        final WorkTime time = new WorkTime(Duration.ofMinutes(5), Time.SYSTEM);
        final PayloadWaits waits = new PayloadWaits(
                new PayloadWaits.Limits(LONGEST, mostWaiting, mostWaitingBytes, PAUSE), waiting, counts, clock);
        final PayloadHandler handler = new PayloadHandler(store, waits, clock);
        final Unpacker unpacker = new Unpacker(PayloadLimits.DEFAULTS);
        first = new PayloadRecords(
                handler,
                new PayloadReceiver(store, clusters, waits, unpacker, MOST_BYTES, clock),
                EventPolicy.DEFAULTS,
                output.topics,
                time,
                clock);
        second = new ReceivedPayloadRecords(
                handler,
                new PayloadUnpacking(
                        store, unpacker, new WorkFolder(directory.resolve("work")), time, 90, counts, clock),
                unpacker,
                output.topics,
                time,
                clock);
    }

    @AfterEach
    void stop() throws IOException {
        bucket.close();
        try (var left = Files.walk(directory)) {
            assertThat(left.filter(Files::isRegularFile))
                    .as("files of payloads")
                    .isEmpty();
        }
    }

    private void register(String cluster) {
        reference.add("org1|" + SOURCE, ("{\"cluster_id\": \"" + cluster + "\"}").getBytes(UTF_8));
        clusters.step();
    }

    private static PayloadBuilder payload(String cluster) {
        return PayloadBuilder.of("11111111-1111-4111-8111-111111111111")
                .set("cluster_id", cluster)
                .date("2026-10-31T01:00:00Z")
                .daily("2026-10-31T00:00:00Z", "2026-10-31T01:00:00Z");
    }

    private static byte[] nodes(String date) {
        return ("interval_start,node,node_labels\n" + date + ",n,label_a:b\n").getBytes(UTF_8);
    }

    private RecordOutcome handle(TopicRole topic, byte[] event) {
        return handle(new ConsumerRecord<>(output.topics.name(topic), 0, offset++, null, event));
    }

    /** Through the first lane, and what it hands on through the second. */
    private RecordOutcome handle(ConsumerRecord<byte[], byte[]> record) {
        final RecordOutcome outcome = first.handle(record, output);
        return outcome.equals(RecordOutcome.COMPLETE) ? unpack() : outcome;
    }

    private RecordOutcome unpack() {
        final List<ConsumerRecord<byte[], byte[]>> all = output.consumed(TopicRole.PAYLOADS);
        for (; unpacked < all.size(); unpacked++) {
            final RecordOutcome outcome = second.handle(all.get(unpacked), output);
            if (!outcome.equals(RecordOutcome.COMPLETE)) {
                return outcome;
            }
        }
        return RecordOutcome.COMPLETE;
    }

    private RecordOutcome created(String key, String etag) {
        return handle(TopicRole.NOTIFICATIONS, event("ObjectCreated:Put", key, etag));
    }

    private static byte[] event(String name, String key, String etag) {
        return ("{\"Records\":[{\"eventName\":\"s3:" + name + "\",\"eventTime\":\"2026-11-01T00:00:00.000Z\",\"s3\":"
                        + "{\"bucket\":{\"name\":\"" + FakeBucket.NAME + "\"},\"object\":{\"key\":\"" + key
                        + "\",\"eTag\":\"" + etag + "\",\"size\":1,\"sequencer\":\"1\"}}}]}")
                .getBytes(UTF_8);
    }

    private RecordOutcome again(DeadLetter letter) {
        return handle(TopicRole.MARKED_NOTIFICATIONS, letter.retry().event().getBytes(UTF_8));
    }

    private static boolean isHandedOn(ObjectFact fact) {
        return fact.hasReceived() && fact.getReceived().getAside().isEmpty();
    }

    /** What the ledger was told, but for what waits to be unpacked. */
    private List<ObjectFact> facts() {
        return output.facts().stream().filter(fact -> !isHandedOn(fact)).toList();
    }

    private ObjectFact onlyFact() {
        assertThat(facts()).hasSize(1);
        return facts().get(0);
    }

    private ObjectFact lastFact() {
        final List<ObjectFact> facts = facts();
        return facts.get(facts.size() - 1);
    }

    /** Has a payload wait for a cluster, as {@link WaitingPayloads} gets to know it. */
    private DeadLetter await(String cluster) {
        final String key = "payloads/org1/of-" + cluster + ".tar.gz";
        bucket.hold(key, payload(cluster).file("a.csv", nodes("2026-10-31")).bytes(), "e");
        assertThat(created(key, "e")).isEqualTo(RecordOutcome.COMPLETE);
        final List<DeadLetter> all = output.deadLetters();
        final DeadLetter letter = all.get(all.size() - 1);
        letters.add(letter.id(), letter.toJson());
        waiting.step();
        return letter;
    }

    @Test
    void shouldPutObjectsAndTellTheLedger() {
        register("c");
        bucket.hold(
                KEY,
                payload("c")
                        .file("a.csv", nodes("2026-10-31"))
                        .file("b.csv", nodes("2026-10-30"))
                        .listed("c.csv")
                        .bytes(),
                "e");
        assertThat(created(KEY, "e")).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(bucket.put).hasSize(2).allSatisfy(key -> assertThat(key)
                .startsWith("data/org1/OCP/source=" + SOURCE + "/year=2026/month=10/day=3"));
        assertThat(bucket.objects.get(bucket.put.get(1)).metadata())
                .containsEntry("x-amz-meta-reportnumhours", "1")
                .containsEntry("x-amz-meta-reportdatestart", "2026-10-31")
                .containsKeys("x-amz-meta-manifestid", "x-amz-meta-digest");
        final ObjectFact fact = onlyFact();
        assertThat(fact.getSource()).isEqualTo(SOURCE);
        assertThat(fact.getOrganisation()).isEqualTo("org1");
        assertThat(fact.getVersion().getManifestId()).isNotEmpty();
        assertThat(fact.getUnpacked().getRows()).isEqualTo(2);
        assertThat(fact.getUnpacked().getNote()).contains("c.csv");
        assertThat(fact.getUnpacked().getObjectsList())
                .extracting(object -> object.getKey() + " " + object.getEtag())
                .containsExactly(bucket.put.get(0) + " put-1", bucket.put.get(1) + " put-2");
        assertThat(counts.rows.sum()).isEqualTo(2);
    }

    @Test
    void shouldHandOnAPayloadByItsSourceAndTellTheLedgerBeforeItIsUnpacked() {
        register("c");
        bucket.hold(KEY, payload("c").file("a.csv", nodes("2026-10-31")).bytes(), "e");
        first.handle(
                new ConsumerRecord<>(
                        output.topics.name(TopicRole.NOTIFICATIONS), 0, 5, null, event("ObjectCreated:Put", KEY, "")),
                output);
        assertThat(bucket.put).isEmpty();
        final ConsumerRecord<byte[], byte[]> record =
                output.consumed(TopicRole.PAYLOADS).get(0);
        assertThat(new String(record.key(), UTF_8)).isEqualTo("org1|" + SOURCE);
        final ReceivedPayload received = ReceivedPayload.of(record, new Unpacker(PayloadLimits.DEFAULTS));
        assertThat(received.manifest().clusterId()).isEqualTo("c");
        assertThat(received.payload().place()).isEqualTo("usage.notifications-0@5");
        assertThat(received.payload().event().etag())
                .as("of the version whose manifest was read")
                .isEqualTo("e");
        assertThat(output.facts()).singleElement().satisfies(fact -> {
            assertThat(isHandedOn(fact)).isTrue();
            assertThat(fact.getSource()).isEqualTo(SOURCE);
            assertThat(fact.getVersion().getManifestId())
                    .isEqualTo(received.manifest().id());
        });
        bucket.hold(KEY, new byte[1], "f");
        assertThat(unpack()).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(lastFact().hasReplaced()).as("it is another payload now").isTrue();
        assertThat(bucket.put).isEmpty();
    }

    @Test
    void shouldDeadLetterWhatIsNoPayloadThatWasHandedOn() {
        assertThat(second.handle(
                        new ConsumerRecord<>(
                                output.topics.name(TopicRole.PAYLOADS),
                                0,
                                0,
                                "org1|x".getBytes(UTF_8),
                                event("ObjectCreated:Put", KEY, "e")),
                        output))
                .isEqualTo(RecordOutcome.COMPLETE);
        assertThat(output.deadLetters()).singleElement().satisfies(letter -> assertThat(letter.record())
                .isEqualTo("usage.payloads-0@0"));
    }

    @Test
    void shouldPutNothingAgainWhereTheSamePayloadComesTwice() {
        register("c");
        bucket.hold(KEY, payload("c").file("a.csv", nodes("2026-10-31")).bytes(), "e");
        created(KEY, "e");
        final ObjectFact first = onlyFact();
        created(KEY, "e");
        assertThat(bucket.put).hasSize(1);
        assertThat(lastFact().getUnpacked()).isEqualTo(first.getUnpacked());
        assertThat(counts.objectsThere.sum()).isOne();
    }

    @Test
    void shouldUnpackAPayloadThatWaitedWhenItsClusterIsKnown() {
        final DeadLetter letter = await("c");
        assertThat(bucket.put).isEmpty();
        assertThat(letter.step()).isEqualTo(DeadLetter.Step.PAYLOAD);
        assertThat(letter.reason()).contains("cluster c is not known in organisation org1");
        assertThat(onlyFact().getReceived().getAside()).isEqualTo(letter.reason());
        register("c");
        waiting.step();
        assertThat(letters.produced()).singleElement().satisfies(sent -> assertThat(
                        handle(TopicRole.MARKED_NOTIFICATIONS, sent.value()))
                .isEqualTo(RecordOutcome.COMPLETE));
        assertThat(lastFact().hasUnpacked()).isTrue();
        assertThat(output.settled()).containsExactly(letter.id());
    }

    @Test
    void shouldFailAPayloadThatHasWaitedForTooLong() {
        final DeadLetter letter = await("c");
        assertThat(letter.retry().notBefore()).isEqualTo("2026-11-08T00:00:00Z");
        clock.pass(LONGEST.minusSeconds(1));
        assertThat(again(letter)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(lastFact().getFactCase()).isEqualTo(FactCase.RECEIVED);
        clock.pass(Duration.ofSeconds(1));
        again(letter);
        assertThat(lastFact().getFailed().getReason()).contains("It has waited for PT168H (intake.cluster.wait.ms)");
        assertThat(output.deadLetters().get(output.deadLetters().size() - 1).retry())
                .as("it is not tried again by itself")
                .isNull();
    }

    @Test
    void shouldFailWhatExceedsTheNumberOfPayloadsThatWait() {
        final DeadLetter first = await("c");
        await("d");
        assertThat(waiting.count()).isEqualTo(MOST_WAITING);
        await("e");
        assertThat(lastFact().getFailed().getReason())
                .contains("cluster e is not known")
                .contains("intake.cluster.wait.payloads");
        again(first);
        assertThat(lastFact().getFactCase()).as("one that waits already").isEqualTo(FactCase.RECEIVED);
        assertThat(bucket.put).isEmpty();
    }

    @Test
    void shouldFailWhatExceedsTheBytesOfPayloadsThatWait() {
        await("c");
        use(100, waiting.bytes());
        await("d");
        assertThat(lastFact().getFailed().getReason())
                .contains("1 payloads of " + waiting.bytes() + " bytes wait for theirs already")
                .contains("intake.cluster.wait.bytes");
    }

    @Test
    void shouldRefuseHostileAndLargePayloads() {
        register("c");
        bucket.hold(KEY, payload("c").file("a.csv", "a,b\n".getBytes(UTF_8)).bytes(), "e");
        created(KEY, "e");
        assertThat(onlyFact().getFailed().getStep()).isEqualTo("PAYLOAD");
        assertThat(onlyFact().getFailed().getReason()).contains("UNKNOWN_REPORT");
        bucket.hold(KEY, new byte[MOST_BYTES + 1], "f");
        created(KEY, "f");
        assertThat(lastFact().getFailed().getReason()).contains("100001 bytes, and intake.payload.bytes allows 100000");
        bucket.hold(KEY, payload("c").file("a.csv", nodes("2026-01-01")).bytes(), "g");
        created(KEY, "g");
        assertThat(lastFact().getFailed().getReason()).contains("BEYOND_RETENTION");
        assertThat(output.deadLetters())
                .extracting(DeadLetter::place)
                .containsExactly("UNKNOWN_REPORT a.csv", "size", "BEYOND_RETENTION");
        assertThat(bucket.put).isEmpty();
        assertThat(counts.refused.sum()).isEqualTo(3);
    }

    @Test
    void shouldTellWhatIsGoneOrReplaced() {
        created(KEY, "e");
        assertThat(onlyFact().hasGone()).isTrue();
        bucket.hold(KEY, new byte[1], "f");
        created(KEY, "e");
        assertThat(lastFact().hasReplaced()).isTrue();
        handle(TopicRole.NOTIFICATIONS, event("ObjectRemoved:Delete", KEY, ""));
        assertThat(lastFact().hasCurrent()).as("removed, then uploaded again").isTrue();
        assertThat(bucket.put).isEmpty();
    }

    @Test
    void shouldWaitForTheStore() {
        register("c");
        bucket.hold(KEY, payload("c").file("a.csv", nodes("2026-10-31")).bytes(), "e");
        bucket.status = 503;
        final ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                output.topics.name(TopicRole.NOTIFICATIONS), 0, 0, null, event("ObjectCreated:Put", KEY, "e"));
        assertThat(handle(record)).isInstanceOf(RecordOutcome.Unavailable.class);
        assertThat(output.producer.history()).isEmpty();
        first.announce(record, output);
        assertThat(output.facts()).singleElement().satisfies(fact -> assertThat(isHandedOn(fact))
                .isTrue());
        bucket.status = 0;
        bucket.putStatus = 503;
        assertThat(handle(record)).isInstanceOf(RecordOutcome.Unavailable.class);
        assertThat(facts()).isEmpty();
        bucket.putStatus = 0;
        assertThat(unpack()).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(lastFact().hasUnpacked()).isTrue();
    }

    @Test
    void shouldSetAsideWhatCannotBeReadWhileOthersCan() {
        register("c");
        final byte[] payload = payload("c").file("a.csv", nodes("2026-10-31")).bytes();
        bucket.hold("payloads/org1/good.tar.gz", payload, "g");
        created("payloads/org1/good.tar.gz", "g");
        bucket.hold(KEY, payload, "e");
        bucket.forbidden.add(KEY);
        assertThat(created(KEY, "e")).isEqualTo(RecordOutcome.COMPLETE);
        final DeadLetter letter = output.deadLetters().get(0);
        assertThat(letter.reason()).contains("Cannot read it from the object store, though others can be read");
        assertThat(letter.retry().notBefore()).isEqualTo("2026-11-01T00:10:00Z");
        bucket.forbidden.clear();
        again(letter);
        assertThat(lastFact().hasUnpacked()).isTrue();
        assertThat(output.settled()).containsExactly(letter.id());
    }

    @Test
    void shouldPassOverWhatIsNoPayload() {
        assertThat(created("data/org1/OCP/x.parquet", "e")).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(handle(TopicRole.NOTIFICATIONS, "no notification".getBytes(UTF_8)))
                .isEqualTo(RecordOutcome.COMPLETE);
        assertThat(output.producer.history()).isEmpty();
    }

    @Test
    void shouldNotTakeMarksFromTheBucketsTopic() {
        final DeadLetter letter = await("c");
        handle(TopicRole.NOTIFICATIONS, letter.retry().event().getBytes(UTF_8));
        assertThat(output.deadLetters())
                .extracting(DeadLetter::step)
                .containsExactly(DeadLetter.Step.PAYLOAD, DeadLetter.Step.NOTIFICATION);
        assertThat(Set.copyOf(output.facts())).hasSize(1);
    }
}
