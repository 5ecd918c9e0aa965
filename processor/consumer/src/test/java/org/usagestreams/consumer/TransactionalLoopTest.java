package org.usagestreams.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.usagestreams.consumer.FakeBroker.Call;
import org.usagestreams.testkit.TickingTime;

/** The loop's positions, transactions and waits, call by call. */
class TransactionalLoopTest {
    private static final TopicPartition P0 = new TopicPartition(FakeBroker.TOPIC, 0);
    private static final TopicPartition P1 = new TopicPartition(FakeBroker.TOPIC, 1);

    private final TickingTime time = new TickingTime();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Set<TopicPartition> held = ConcurrentHashMap.newKeySet();
    private final FakeBroker broker = new FakeBroker(2, 3);
    private final List<String> handled = new ArrayList<>();
    private BiFunction<ConsumerRecord<byte[], byte[]>, TransactionalLoop.Output, RecordOutcome> handling =
            TransactionalLoopTest::sendOnce;

    static RecordOutcome sendOnce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        output.send(out("out", place(record)));
        return RecordOutcome.COMPLETE;
    }

    static ProducerRecord<byte[], byte[]> out(String topic, String value) {
        return new ProducerRecord<>(topic, new byte[0], value.getBytes(StandardCharsets.UTF_8));
    }

    static String place(ConsumerRecord<byte[], byte[]> record) {
        return record.partition() + "@" + record.offset();
    }

    @TempDir
    private Path directory;

    private PollOrder order = PollOrder.BY_PARTITION;
    private Duration transaction = Duration.ofSeconds(10);

    private TransactionalLoop loop() {
        final TransactionalLoop loop = new TransactionalLoop(
                broker.consumer(Map.of()),
                broker.producer(Map.of()),
                new PlacesHandler((record, output) -> {
                    handled.add(place(record));
                    return handling.apply(record, output);
                }),
                new TransactionalLoop.Bounds(
                        order,
                        transaction,
                        Duration.ofSeconds(30),
                        100,
                        directory,
                        new ExponentialBackoff(200, 2, 1_000, 0)),
                time,
                running::get,
                held);
        loop.begin(List.of(FakeBroker.TOPIC));
        return loop;
    }

    private void finish() {
        final TransactionalLoop loop = loop();
        for (int i = 0; i < 20; i++) {
            loop.step();
            time.sleep(1_000);
        }
        assertThat(broker.visible("out")).containsExactlyInAnyOrder("0@0", "0@1", "0@2", "1@0", "1@1", "1@2");
        assertThat(broker.isDone()).isTrue();
    }

    @Test
    void shouldCommitRecordsWithTheirOffsets() {
        loop().step();
        assertThat(broker.visible("out")).containsExactly("0@0", "0@1", "0@2", "1@0", "1@1", "1@2");
        assertThat(broker.committed).containsEntry(P0, 3L).containsEntry(P1, 3L);
        assertThat(held).containsExactlyInAnyOrder(P0, P1);
    }

    @Test
    void shouldKeepRecordsOfAPartitionThatIsAssignedWhileItWaits() {
        broker.ours.remove(P1);
        handling = (record, output) -> new RecordOutcome.Unavailable("down");
        final TransactionalLoop loop = loop();
        loop.step();
        assertThat(loop.isWaiting()).isTrue();
        broker.ours.add(P1);
        loop.step();
        loop.step();
        assertThat(broker.latest().position(P1)).isZero();
        assertThat(handled).containsExactly("0@0");
        handling = TransactionalLoopTest::sendOnce;
        time.sleep(1_000);
        loop.step();
        loop.step();
        assertThat(broker.visible("out")).containsExactlyInAnyOrder("0@0", "0@1", "0@2", "1@0", "1@1", "1@2");
        assertThat(broker.visible("announced")).containsExactly("0@0");
    }

    @Test
    void shouldCommitWhatCameBeforeAndNothingOfTheRecordThatTheStoreFailedFor() {
        handling = (record, output) -> {
            output.send(out("out", place(record)));
            return record.offset() == 1 ? new RecordOutcome.Unavailable("down") : RecordOutcome.COMPLETE;
        };
        loop().step();
        assertThat(broker.visible("out")).containsExactly("0@0");
        assertThat(broker.committed).containsEntry(P0, 1L).containsEntry(P1, 0L);
        assertThat(broker.latest().position(P0)).isEqualTo(1);
        assertThat(broker.latest().position(P1)).isZero();
    }

    @Test
    void shouldDoubleThePauseAndBeginWithTheFirstOneAfterSuccess() {
        handling = (record, output) -> new RecordOutcome.Unavailable("down");
        final TransactionalLoop loop = loop();
        loop.step();
        time.sleep(150);
        loop.step();
        assertThat(handled).hasSize(1);
        time.sleep(60);
        loop.step();
        assertThat(handled).hasSize(2);
        time.sleep(300);
        loop.step();
        assertThat(handled).hasSize(2);
        time.sleep(110);
        loop.step();
        assertThat(handled).hasSize(3);
    }

    @Test
    void shouldOpenNoTransactionUntilALargeOutputIsWhole() throws IOException {
        final Map<String, Integer> attempts = new HashMap<>();
        final List<Call> calls = new ArrayList<>();
        transaction = Duration.ZERO;
        handling = (record, output) -> {
            final boolean first = attempts.merge(place(record), 1, Integer::sum) == 1;
            if ("0@1".equals(place(record))) {
                calls.clear();
                for (int i = 0; i < 50; i++) {
                    output.send(out("pieces", place(record) + (first ? " bad" : " good")));
                }
                assertThat(calls).isEmpty();
                if (first) {
                    return RecordOutcome.RESTART;
                }
            }
            return sendOnce(record, output);
        };
        broker.hook = calls::add;
        loop().step();
        assertThat(broker.visible("pieces")).hasSize(50).containsOnly("0@1 good");
        assertThat(broker.visible("out")).containsExactly("0@0", "0@1", "0@2", "1@0", "1@1", "1@2");
        assertThat(calls).doesNotContain(Call.ABORT);
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void shouldCommitWhatIsHandedOnWithItsOffsetAndWithoutOutputOfBefore() {
        handling = (record, output) -> {
            output.send(out("out", place(record)));
            return "0@1".equals(place(record))
                    ? new RecordOutcome.HandOn("object", "size", "it is large")
                    : RecordOutcome.COMPLETE;
        };
        loop().step();
        assertThat(broker.visible("out")).containsExactly("0@0", "0@2", "1@0", "1@1", "1@2");
        assertThat(broker.visible("handed on")).containsExactly("0@1");
        assertThat(broker.isDone()).isTrue();
    }

    @Test
    void shouldDropASmallOutputWithoutAnAbort() {
        final Map<String, Integer> attempts = new HashMap<>();
        handling = (record, output) -> {
            if (attempts.merge(place(record), 1, Integer::sum) == 1) {
                output.send(out("out", "bad"));
                return RecordOutcome.RESTART;
            }
            return sendOnce(record, output);
        };
        final List<Call> calls = new ArrayList<>();
        broker.hook = calls::add;
        loop().step();
        assertThat(broker.visible("out")).containsExactly("0@0", "0@1", "0@2", "1@0", "1@1", "1@2");
        assertThat(calls).doesNotContain(Call.ABORT);
    }

    @Test
    void shouldPollAgainBeforeTheRestWhereABatchTakesLong() {
        handling = (record, output) -> {
            time.sleep(31_000);
            return sendOnce(record, output);
        };
        final TransactionalLoop loop = loop();
        loop.step();
        assertThat(handled).containsExactly("0@0");
        assertThat(broker.latest().position(P0)).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            loop.step();
        }
        assertThat(broker.isDone()).isTrue();
        assertThat(broker.visible("out")).doesNotHaveDuplicates().hasSize(6);
    }

    @Test
    void shouldLetAPartitionWaitForOneRecordOfAnotherWhereSoSet() {
        order = PollOrder.ONE_OF_EACH;
        broker.ends.put(P0, 10);
        broker.ends.put(P1, 0);
        final TransactionalLoop loop = loop();
        loop.step();
        assertThat(handled).containsExactly("0@0");
        broker.ends.put(P1, 2);
        loop.step();
        loop.step();
        assertThat(handled).containsExactly("0@0", "0@1", "1@0", "0@2", "1@1");
        for (int i = 0; i < 7; i++) {
            loop.step();
        }
        assertThat(broker.isDone()).isTrue();
        assertThat(broker.visible("out")).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void shouldHandleRecordsOfSeveralPartitionsByTheirTimesWhereSoSet() {
        order = PollOrder.BY_TIME;
        broker.times = (partition, offset) -> partition.equals(P0) ? 10 * offset : 15 - offset;
        loop().step();
        assertThat(handled)
                .as("those of a partition in the order of their offsets")
                .containsExactly("0@0", "0@1", "1@0", "1@1", "1@2", "0@2");
        assertThat(broker.isDone()).isTrue();
    }

    @Test
    void shouldReadAPartitionAgainWhenItsRecordIsDueWhileOthersGoOn() {
        final long due = time.nanoseconds() + Duration.ofSeconds(2).toNanos();
        handling = (record, output) -> "0@1".equals(place(record)) && time.nanoseconds() < due
                ? new RecordOutcome.NotDue(
                        Duration.ofNanos(due - time.nanoseconds()).toMillis() + 1)
                : sendOnce(record, output);
        final TransactionalLoop loop = loop();
        loop.step();
        assertThat(broker.visible("out")).containsExactly("0@0", "1@0", "1@1", "1@2");
        assertThat(broker.visible("announced")).isEmpty();
        assertThat(loop.isWaiting()).as("for the store").isFalse();
        broker.ends.put(P1, 4);
        loop.step();
        time.sleep(1_900);
        loop.step();
        assertThat(handled).as("no attempt before it is due").containsOnlyOnce("0@1");
        assertThat(broker.visible("out")).contains("1@3");
        time.sleep(200);
        loop.step();
        assertThat(broker.visible("out")).containsExactly("0@0", "1@0", "1@1", "1@2", "1@3", "0@1", "0@2");
        assertThat(broker.isDone()).isTrue();
    }

    @Test
    void shouldNotForgetWhatIsNotDueWhereThePartitionsGoAndComeBack() {
        handling = (record, output) ->
                "0@1".equals(place(record)) ? new RecordOutcome.NotDue(60_000) : sendOnce(record, output);
        final TransactionalLoop loop = loop();
        loop.step();
        broker.ours.remove(P0);
        loop.step();
        broker.ours.add(P0);
        handling = TransactionalLoopTest::sendOnce;
        loop.step();
        assertThat(broker.isDone()).isTrue();
        assertThat(broker.visible("out")).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void shouldLoseNothingWhereThePartitionsAreRevokedInsideATransaction() {
        handling = (record, output) -> {
            if ("0@1".equals(place(record))) {
                broker.expel();
                broker.handleElsewhere(P0, "0@0".getBytes(StandardCharsets.UTF_8));
            }
            return sendOnce(record, output);
        };
        final TransactionalLoop loop = loop();
        assertThatThrownBy(loop::step).isInstanceOf(CommitFailedException.class);
        assertThat(broker.visible("out")).containsExactly("0@0");
        broker.ours.addAll(Set.of(P0, P1));
        handling = TransactionalLoopTest::sendOnce;
        finish();
    }

    @Test
    void shouldLoseNothingWhereItIsFenced() {
        handling = (record, output) -> {
            if ("1@0".equals(place(record))) {
                broker.fence();
            }
            return sendOnce(record, output);
        };
        assertThatThrownBy(loop()::step).isInstanceOf(ProducerFencedException.class);
        assertThat(broker.visible("out")).isEmpty();
        handling = TransactionalLoopTest::sendOnce;
        finish();
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, names = "ABORT", mode = EnumSource.Mode.EXCLUDE)
    void shouldLoseNothingWhereACallFails(Call failing) {
        final AtomicBoolean failed = new AtomicBoolean();
        broker.hook = call -> {
            if (call == failing && failed.compareAndSet(false, true)) {
                throw new TimeoutException(call + " timed out");
            }
        };
        handling = (record, output) -> {
            for (int i = 0; i < 50; i++) {
                output.send(out("pieces", place(record)));
            }
            return handled.size() == 1 ? RecordOutcome.RESTART : sendOnce(record, output);
        };
        assertThatThrownBy(() -> loop().step()).isInstanceOf(KafkaException.class);
        assertThat(failed).isTrue();
        finish();
        assertThat(broker.visible("pieces")).hasSize(6 * 50);
    }

    @Test
    void shouldEndAPollThatIsWokenUp() {
        final TransactionalLoop loop = loop();
        broker.latest().wakeup();
        assertThatThrownBy(loop::step).isInstanceOf(WakeupException.class);
        finish();
    }

    @Test
    void shouldStopAfterTheRecordAtHand() {
        handling = (record, output) -> {
            running.set(false);
            return sendOnce(record, output);
        };
        loop().step();
        assertThat(broker.visible("out")).containsExactly("0@0");
        assertThat(broker.committed).containsEntry(P0, 1L);
    }
}
