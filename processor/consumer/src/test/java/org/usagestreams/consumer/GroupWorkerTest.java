package org.usagestreams.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.usagestreams.consumer.TransactionalLoopTest.out;
import static org.usagestreams.consumer.TransactionalLoopTest.place;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.junit.jupiter.api.Test;
import org.usagestreams.consumer.FakeBroker.Call;
import org.usagestreams.testkit.TickingTime;

/** A thread over the failures of its clients: it begins anew, and each record takes effect exactly once. */
class GroupWorkerTest {
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final int SEEDS = 400;

    private static final ExponentialBackoff BACKOFF = new ExponentialBackoff(200, 2, 1_000, 0);
    private static final GroupThreads.Options OPTIONS =
            new GroupThreads.Options("splitter", Map.of(), "i", SESSION, 100, 1 << 20, Duration.ofMinutes(5), BACKOFF);

    private static final List<PollOrder> ORDERS = List.of(PollOrder.values());

    private final TickingTime time = new TickingTime();

    /** As in the splitter's second lane. */
    private PollOrder order = PollOrder.BY_PARTITION;

    private static TransactionalLoop.Bounds bounds(PollOrder order) {
        return new TransactionalLoop.Bounds(order, Duration.ofMillis(20), Duration.ofSeconds(30), 100, null, BACKOFF);
    }

    private static GroupThreads.Group group() {
        return new GroupThreads.Group(
                "splitter",
                FakeBroker.GROUP,
                List.of(FakeBroker.TOPIC),
                1,
                Duration.ofMinutes(10),
                Map.of(),
                bounds(PollOrder.BY_PARTITION),
                number -> {
                    throw new AssertionError("the worker has its handler");
                });
    }

    private GroupWorker worker(
            FakeBroker broker,
            BiFunction<ConsumerRecord<byte[], byte[]>, TransactionalLoop.Output, RecordOutcome> handling) {
        final GroupClients clients = new GroupClients(broker, OPTIONS, group());
        return new GroupWorker(
                "splitter",
                "splitter-0",
                List.of(FakeBroker.TOPIC),
                clients,
                new PlacesHandler(handling),
                bounds(order),
                BACKOFF,
                new InstanceClaim(
                        "splitter", broker, Map.of(), FakeBroker.GROUP, clients.member("splitter-0"), SESSION, time),
                (consumer, producer) -> () -> {},
                time,
                () -> true);
    }

    private void run(GroupWorker worker, Duration span) {
        final long end = time.nanoseconds() + span.toNanos();
        while (time.nanoseconds() < end) {
            worker.step();
            time.sleep(20);
        }
    }

    @Test
    void shouldBeginAnewWhereItsTransactionWasEnded() {
        final FakeBroker broker = new FakeBroker(1, 20);
        final AtomicBoolean fenced = new AtomicBoolean();
        final GroupWorker worker = worker(broker, (record, output) -> {
            if (record.offset() == 7 && fenced.compareAndSet(false, true)) {
                broker.fence();
            }
            return TransactionalLoopTest.sendOnce(record, output);
        });
        run(worker, Duration.ofSeconds(5));
        assertThat(broker.isDone()).isTrue();
        assertThat(broker.visible("out")).hasSize(20).doesNotHaveDuplicates();
        assertThat(broker.sessions).isEqualTo(2);
    }

    @Test
    void shouldGiveItsNameUpToALivingSplitterThatHadItFirst() {
        final FakeBroker broker = new FakeBroker(1, 20);
        broker.hook = call -> {
            if (call == Call.POLL) {
                throw new FencedInstanceIdException("taken over");
            }
        };
        final GroupWorker worker = worker(broker, TransactionalLoopTest::sendOnce);
        assertThatThrownBy(worker::step)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Cannot run as i-splitter-0")
                .hasMessageContaining("splitter.instance.id");
    }

    @Test
    void shouldGiveItsNameUpWhereTheProducerIsFencedAndTheMemberIsAnother() {
        final FakeBroker broker = new FakeBroker(1, 20);
        broker.hook = call -> {
            if (call == Call.COMMIT) {
                broker.foreignMember = "foreign";
                throw new ProducerFencedException("newer producer");
            }
        };
        final GroupWorker worker = worker(broker, TransactionalLoopTest::sendOnce);
        assertThatThrownBy(worker::step).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldKeepItsNameAgainstALaterSplitter() {
        final FakeBroker broker = new FakeBroker(1, 20);
        final GroupWorker worker = worker(broker, TransactionalLoopTest::sendOnce);
        run(worker, SESSION.multipliedBy(3));
        broker.ends.replaceAll((partition, end) -> 40);
        final AtomicBoolean taken = new AtomicBoolean();
        broker.hook = call -> {
            if (call == Call.POLL && taken.compareAndSet(false, true)) {
                throw new FencedInstanceIdException("taken over");
            }
        };
        run(worker, Duration.ofSeconds(5));
        assertThat(broker.visible("out")).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void shouldEndWhereTheBrokerRefusesTheTransactionTimeout() {
        final FakeBroker broker = new FakeBroker(1, 20);
        broker.hook = call -> {
            if (call == Call.INIT) {
                throw new KafkaException(
                        "Unexpected error in InitProducerIdResponse; The transaction timeout is larger"
                                + " than the maximum value allowed by the broker (as configured by transaction.max.timeout.ms).");
            }
        };
        assertThatThrownBy(worker(broker, TransactionalLoopTest::sendOnce)::step)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("splitter.transaction.timeout.ms");
    }

    @Test
    void shouldTakeEachRecordExactlyOnceWhateverHappens() {
        for (int seed = 0; seed < SEEDS; seed++) {
            new History(seed).run();
        }
    }

    /** A random interleaving of rebalances, outages, failing calls, fencing, expulsion and other members' progress. */
    private final class History {
        private final long seed;
        private final Random random;
        private final FakeBroker broker;
        private boolean outage;
        private boolean calm;

        History(long seed) {
            this.seed = seed;
            order = ORDERS.get((int) (seed % ORDERS.size()));
            random = new Random(seed);
            broker = new FakeBroker(1 + random.nextInt(4), random.nextInt(30));
            broker.hook = this::maybeFail;
        }

        private boolean chance(double probability) {
            return !calm && random.nextDouble() < probability;
        }

        private void maybeFail(Call call) {
            if (chance(0.01)) {
                throw new TimeoutException(call + " timed out");
            }
        }

        private RecordOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
            time.sleep(random.nextInt(20));
            if (chance(0.02)) {
                broker.fence();
            }
            if (chance(0.02)) {
                broker.expel();
                progressElsewhere();
            }
            if (chance(0.05)) {
                return new RecordOutcome.NotDue(1 + random.nextInt(300));
            }
            final int pieces = random.nextInt(6) == 0 ? 30 : 1;
            final boolean fails = chance(0.1);
            for (int i = 0; i < pieces; i++) {
                output.send(out("pieces", place(record) + (fails ? " dropped" : "")));
            }
            if (fails) {
                return outage ? new RecordOutcome.Unavailable("down") : RecordOutcome.RESTART;
            }
            if (outage && !calm) {
                return new RecordOutcome.Unavailable("down");
            }
            return TransactionalLoopTest.sendOnce(record, output);
        }

        private void progressElsewhere() {
            for (final TopicPartition partition : broker.ends.keySet()) {
                final long next = broker.committed.get(partition);
                if (!broker.ours.contains(partition) && next < broker.ends.get(partition) && random.nextBoolean()) {
                    broker.handleElsewhere(
                            partition, (partition.partition() + "@" + next).getBytes(StandardCharsets.UTF_8));
                }
            }
        }

        void run() {
            final GroupWorker worker = worker(broker, this::handle);
            // Established, so that it never gives its name up.
            calm = true;
            broker.ours.clear();
            GroupWorkerTest.this.run(worker, SESSION.multipliedBy(3));
            calm = false;
            for (int i = 0; i < 60; i++) {
                if (chance(0.2)) {
                    broker.ours.clear();
                    broker.ends.keySet().stream()
                            .filter(partition -> random.nextBoolean())
                            .forEach(broker.ours::add);
                }
                outage = random.nextInt(4) == 0;
                worker.step();
                check();
                if (random.nextInt(5) == 0) {
                    // A member that is away has been told before others have its partitions.
                    worker.step();
                    progressIfSettled();
                }
                time.sleep(random.nextInt(200));
            }
            calm = true;
            broker.ours.addAll(broker.ends.keySet());
            GroupWorkerTest.this.run(worker, Duration.ofSeconds(20));
            check();
            assertThat(broker.isDone()).as("all is committed, seed %d", seed).isTrue();
            assertThat(broker.visible("out"))
                    .as("each record took effect, seed %d", seed)
                    .hasSize(broker.ends.values().stream()
                            .mapToInt(Integer::intValue)
                            .sum());
        }

        private void progressIfSettled() {
            if (broker.latest().closed() || broker.latest().assignment().equals(broker.ours)) {
                progressElsewhere();
            }
        }

        private void check() {
            final List<String> visible = broker.visible("out");
            assertThat(visible).as("nothing is doubled, seed %d", seed).doesNotHaveDuplicates();
            assertThat(broker.visible("pieces"))
                    .as("nothing dropped is visible, seed %d", seed)
                    .noneMatch(piece -> piece.endsWith("dropped"));
            final long committed = broker.committed.values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat((long) visible.size())
                    .as("as many outcomes as offsets are committed, seed %d", seed)
                    .isEqualTo(committed);
        }
    }
}
