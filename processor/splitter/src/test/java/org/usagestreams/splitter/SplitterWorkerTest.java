package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.usagestreams.splitter.TransactionalLoopTest.out;
import static org.usagestreams.splitter.TransactionalLoopTest.place;

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
import org.usagestreams.splitter.FakeBroker.Call;

/** A splitter thread over the failures of its clients: it begins anew, and each record takes effect exactly once. */
class SplitterWorkerTest {
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final int SEEDS = 400;

    private final ManualTime time = new ManualTime();

    private static SplitterService.Options options() {
        return new SplitterService.Options(
                Map.of(),
                FakeBroker.GROUP,
                "i",
                SESSION,
                1,
                100,
                100,
                1 << 20,
                1 << 20,
                Duration.ofMillis(20),
                Duration.ofMinutes(5),
                ObjectTime.DEFAULTS,
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                0,
                SplitLimits.DEFAULTS,
                SplitPolicy.DEFAULTS,
                SecondLane.DEFAULTS);
    }

    private SplitterWorker worker(
            FakeBroker broker,
            BiFunction<ConsumerRecord<byte[], byte[]>, TransactionalLoop.Output, SplitOutcome> handling) {
        final SplitterClients clients = new SplitterClients(broker, options(), FakeBroker.GROUP, Map.of());
        final ExponentialBackoff backoff = new ExponentialBackoff(200, 2, 1_000, 0);
        return new SplitterWorker(
                "splitter-0",
                List.of(FakeBroker.TOPIC),
                clients,
                new TransactionalLoop.RecordHandler() {
                    @Override
                    public SplitOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
                        return handling.apply(record, output);
                    }

                    @Override
                    public void announce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
                        output.send(out("announced", place(record)));
                    }

                    @Override
                    public void handOn(
                            ConsumerRecord<byte[], byte[]> record,
                            SplitOutcome.HandOn outcome,
                            TransactionalLoop.Output output) {
                        output.send(out("handed on", place(record)));
                    }
                },
                new TransactionalLoop.Bounds(Duration.ofMillis(20), Duration.ofSeconds(30), 100, null, backoff),
                backoff,
                new InstanceClaim(broker, Map.of(), FakeBroker.GROUP, clients.member("splitter-0"), SESSION, time),
                (consumer, producer) -> () -> {},
                time,
                () -> true);
    }

    private void run(SplitterWorker worker, Duration span) {
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
        final SplitterWorker worker = worker(broker, (record, output) -> {
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
        final SplitterWorker worker = worker(broker, TransactionalLoopTest::sendOnce);
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
        final SplitterWorker worker = worker(broker, TransactionalLoopTest::sendOnce);
        assertThatThrownBy(worker::step).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldKeepItsNameAgainstALaterSplitter() {
        final FakeBroker broker = new FakeBroker(1, 20);
        final SplitterWorker worker = worker(broker, TransactionalLoopTest::sendOnce);
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

        private SplitOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
            time.sleep(random.nextInt(20));
            if (chance(0.02)) {
                broker.fence();
            }
            if (chance(0.02)) {
                broker.expel();
                progressElsewhere();
            }
            final int pieces = random.nextInt(6) == 0 ? 30 : 1;
            final boolean fails = chance(0.1);
            for (int i = 0; i < pieces; i++) {
                output.send(out("pieces", place(record) + (fails ? " dropped" : "")));
            }
            if (fails) {
                return outage ? new SplitOutcome.StoreUnavailable("down") : SplitOutcome.RESTART;
            }
            if (outage && !calm) {
                return new SplitOutcome.StoreUnavailable("down");
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
            final SplitterWorker worker = worker(broker, this::handle);
            // Established, so that it never gives its name up.
            calm = true;
            broker.ours.clear();
            SplitterWorkerTest.this.run(worker, SESSION.multipliedBy(3));
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
            SplitterWorkerTest.this.run(worker, Duration.ofSeconds(20));
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
