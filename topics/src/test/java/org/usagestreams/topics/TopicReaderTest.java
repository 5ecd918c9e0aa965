package org.usagestreams.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final TopicReader reader = new TopicReader(new OneConsumer(), Map.of(), new PassingTime());

    TopicReaderTest() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 2L));
    }

    private final class OneConsumer implements KafkaClients {
        @Override
        public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
            return consumer;
        }

        @Override
        public Producer<byte[], byte[]> producer(Map<String, Object> config) {
            throw new UnsupportedOperationException("a reader writes nothing");
        }

        @Override
        public Admin admin(Map<String, Object> config) {
            throw new UnsupportedOperationException("a reader needs no admin client");
        }
    }

    /** A second passes with each look at it. */
    private static final class PassingTime implements Time {
        private long millis;

        @Override
        public long milliseconds() {
            millis += 1_000;
            return millis;
        }

        @Override
        public long nanoseconds() {
            return milliseconds() * 1_000_000;
        }

        @Override
        public void sleep(long more) {
            millis += more;
        }

        @Override
        public void waitObject(Object object, Supplier<Boolean> condition, long deadline) {
            throw new UnsupportedOperationException("nobody waits");
        }
    }

    private void arriveAtNextPoll(int offset) {
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>("t", 0, offset, new byte[0], new byte[0])));
    }

    @Test
    void shouldReadToTheEndHoweverSlowly() {
        for (int i = 0; i < 40; i++) {
            consumer.schedulePollTask(() -> {});
        }
        arriveAtNextPoll(0);
        for (int i = 0; i < 40; i++) {
            consumer.schedulePollTask(() -> {});
        }
        arriveAtNextPoll(1);
        final List<Long> read = new ArrayList<>();
        reader.read(List.of(PARTITION), record -> read.add(record.offset()));
        assertThat(read).containsExactly(0L, 1L);
    }

    @Test
    void shouldEndAReadThatMakesNoProgress() {
        arriveAtNextPoll(0);
        assertThatThrownBy(() -> reader.read(List.of(PARTITION), record -> {}))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("[t-0]")
                .hasMessageContaining("1 offsets are left");
    }

    @Test
    void shouldEndTheReadOfOneRecordThatDoesNotCome() {
        assertThatThrownBy(() -> reader.read(PARTITION, 1)).isInstanceOf(TimeoutException.class);
    }
}
