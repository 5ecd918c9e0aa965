package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.minio.MinioClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.consumer.GroupThreads;
import org.usagestreams.instance.AbandonedTransactions;
import org.usagestreams.instance.Health;
import org.usagestreams.splitter.ObjectTime;
import org.usagestreams.splitter.SecondLane;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.SplitPolicy;
import org.usagestreams.splitter.SplitterService;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.message.ObjectFact;

/** Splitters on a real broker that ends their transactions, or knows another one by their name. */
class SplitterFencingIT {
    private static final Duration SESSION = Duration.ofSeconds(6);
    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final TopicCatalog TOPICS = TopicCatalog.shipped().withPartitions(2);

    @TempDir
    private static Path directory;

    private static Broker broker;
    private static Admin admin;
    private static Map<String, Object> kafka;

    private static final MinioClient NO_STORE = MinioClient.builder()
            .endpoint("http://127.0.0.1:9")
            .credentials("a", "b")
            .region("x")
            .build();

    @BeforeAll
    static void start() throws Exception {
        broker = Broker.start(directory.resolve("broker"), Ports.free());
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(kafka);
        new TopicAdmin(admin).apply(TOPICS.all(), (short) 1);
    }

    @AfterAll
    static void end() {
        admin.close();
        broker.close();
    }

    /** A splitter that reads notifications of objects that are no reports, for which it needs no store. */
    private static SplitterService splitter(String group, Duration transactionTimeout, KafkaClients clients) {
        return new SplitterService(
                new SplitterService.Options(
                        kafka,
                        group,
                        "one",
                        SESSION,
                        1,
                        100,
                        8 << 20,
                        8 << 20,
                        4 << 20,
                        Duration.ofMillis(100),
                        transactionTimeout,
                        ObjectTime.DEFAULTS,
                        Duration.ofMillis(200),
                        Duration.ofSeconds(1),
                        GroupThreads.JITTER,
                        SplitLimits.DEFAULTS,
                        SplitPolicy.DEFAULTS,
                        SecondLane.DEFAULTS),
                TOPICS,
                NO_STORE,
                NO_STORE,
                clients,
                Clock.systemUTC(),
                Time.SYSTEM);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Closing the producer waits for them.
    private static void notify(String prefix, int from, int to) {
        try (Producer<byte[], byte[]> producer = KafkaClients.real().producer(kafka)) {
            for (int i = from; i < to; i++) {
                final String event = "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":"
                        + "\"2026-11-01T00:00:00.000Z\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\""
                        + prefix + i + "\",\"eTag\":\"e\",\"size\":1,\"sequencer\":\"1\"}}}]}";
                producer.send(new ProducerRecord<>(
                        TOPICS.name(TopicRole.NOTIFICATIONS),
                        (prefix + i).getBytes(StandardCharsets.UTF_8),
                        event.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static List<String> told(String prefix) {
        final List<String> keys = new ArrayList<>();
        try (TopicReader reader = reader()) {
            reader.readAll(TOPICS.name(TopicRole.OBJECTS), record -> {
                try {
                    keys.add(ObjectFact.parseFrom(record.value()).getVersion().getKey());
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            });
        }
        keys.removeIf(key -> !key.startsWith(prefix));
        return keys;
    }

    private static TopicReader reader() {
        return new TopicReader(KafkaClients.real(), kafka);
    }

    private static void awaitToldOnce(String prefix, int count) {
        await().atMost(WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(told(prefix)).hasSize(count).doesNotHaveDuplicates());
    }

    /** Runs an action before the commit of that number; counted over all producers. */
    private static KafkaClients beforeCommit(int number, Runnable action) {
        final AtomicInteger commits = new AtomicInteger();
        final KafkaClients real = KafkaClients.real();
        return new KafkaClients() {
            @Override
            public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
                return real.consumer(config);
            }

            @Override
            @SuppressWarnings("unchecked") // A proxy of that interface.
            public Producer<byte[], byte[]> producer(Map<String, Object> config) {
                final Producer<byte[], byte[]> producer = real.producer(config);
                return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                        Producer.class.getClassLoader(),
                        new Class<?>[] {Producer.class},
                        (proxy, method, arguments) -> {
                            if ("sendOffsetsToTransaction".equals(method.getName())
                                    && commits.incrementAndGet() == number) {
                                producer.flush();
                                action.run();
                            }
                            try {
                                return method.invoke(producer, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }

            @Override
            public Admin admin(Map<String, Object> config) {
                return real.admin(config);
            }
        };
    }

    private static List<String> ongoing(String group) {
        try {
            return admin
                    .listTransactions(new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
                    .all()
                    .get()
                    .stream()
                    .map(listing -> listing.transactionalId())
                    .filter(id -> id.startsWith(group + ":"))
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldGoOnWhereItsTransactionIsFenced() {
        final CountDownLatch fenced = new CountDownLatch(1);
        notify("fenced-", 0, 20);
        try (SplitterService splitter = splitter("fenced", Duration.ofMinutes(5), beforeCommit(1, () -> {
            try {
                admin.fenceProducers(ongoing("fenced")).all().get();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            fenced.countDown();
        }))) {
            splitter.start();
            awaitToldOnce("fenced-", 20);
            assertThat(fenced.getCount()).isZero();
            notify("fenced-", 20, 40);
            awaitToldOnce("fenced-", 40);
            assertThat(splitter.health()).isEqualTo(Health.ready("reads its topics"));
        }
    }

    @Test
    void shouldGoOnWhereTheBrokerTimesItsTransactionOut() {
        final CountDownLatch timedOut = new CountDownLatch(1);
        notify("late-", 0, 20);
        try (SplitterService splitter = splitter("late", Duration.ofSeconds(2), beforeCommit(1, () -> {
            await().atMost(WITHIN).until(() -> ongoing("late").isEmpty());
            timedOut.countDown();
        }))) {
            splitter.start();
            awaitToldOnce("late-", 20);
            assertThat(timedOut.getCount()).isZero();
        }
    }

    @Test
    void shouldRefuseASecondSplitterOfTheSameNameWhileTheFirstGoesOn() {
        notify("same-", 0, 10);
        try (SplitterService first = splitter("same", Duration.ofMinutes(5), KafkaClients.real())) {
            first.start();
            awaitToldOnce("same-", 10);
            // It has its name for good after two sessions.
            await().pollDelay(SESSION.multipliedBy(2)).atMost(WITHIN).until(() -> first.health()
                    .ready());
            try (SplitterService second = splitter("same", Duration.ofMinutes(5), KafkaClients.real())) {
                second.start();
                notify("same-", 10, 20);
                assertThatThrownBy(second::await)
                        .isInstanceOf(IllegalStateException.class)
                        // Of either lane: whichever is told first.
                        .hasMessageMatching("Cannot run as one-splitter-(large-)?0: .*")
                        .hasMessageContaining("splitter.instance.id");
            }
            notify("same-", 20, 30);
            awaitToldOnce("same-", 30);
            assertThat(first.health().live()).isTrue();
        }
    }

    @Test
    void shouldEndTransactionsOfMembersThatAreGoneOnly() throws Exception {
        try (Producer<byte[], byte[]> gone = begin("left:x-splitter-10");
                Producer<byte[], byte[]> living = begin("left:x-splitter-1")) {
            final AbandonedTransactions.Ownership ownership = new AbandonedTransactions.Ownership() {
                @Override
                public boolean isKnown(MemberDescription member) {
                    return member.groupInstanceId().isPresent();
                }

                @Override
                public boolean owns(MemberDescription member, String transactionalId) {
                    return transactionalId.equals(
                            "left:" + member.groupInstanceId().orElse(""));
                }
            };
            try (AbandonedTransactions abandoned = new AbandonedTransactions(
                    KafkaClients.real(), kafka, "left", Pattern.compile("left:.*"), ownership, Duration.ofMillis(1))) {
                try (Consumer<byte[], byte[]> unknown = join("left", Map.of())) {
                    // Any of them may be its own.
                    abandoned.look();
                    assertThat(ongoing("left")).hasSize(2);
                    unknown.unsubscribe();
                }
                try (Consumer<byte[], byte[]> member = join("left", Map.of("group.instance.id", "x-splitter-1"))) {
                    assertThat(member.assignment()).isNotEmpty();
                    abandoned.look();
                    await().atMost(WITHIN)
                            .untilAsserted(() -> assertThat(ongoing("left")).containsExactly("left:x-splitter-1"));
                }
            }
            assertThatThrownBy(gone::commitTransaction).isInstanceOf(KafkaException.class);
            living.commitTransaction();
        }
    }

    private static Producer<byte[], byte[]> begin(String transactionalId) throws Exception {
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put("transactional.id", transactionalId);
        final Producer<byte[], byte[]> producer = KafkaClients.real().producer(config);
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPICS.name(TopicRole.DEAD_LETTERS), new byte[1], new byte[1]))
                .get();
        return producer;
    }

    private static Consumer<byte[], byte[]> join(String group, Map<String, Object> more) {
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put("group.id", group);
        config.putAll(more);
        final Consumer<byte[], byte[]> consumer = KafkaClients.real().consumer(config);
        consumer.subscribe(List.of(TOPICS.name(TopicRole.NOTIFICATIONS)));
        await().atMost(WITHIN).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
        return consumer;
    }
}
