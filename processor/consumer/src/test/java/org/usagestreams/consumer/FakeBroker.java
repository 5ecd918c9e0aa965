package org.usagestreams.consumer;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.ToLongBiFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsResult;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.usagestreams.topics.KafkaClients;

/**
 * One topic to consume, a group's committed offsets, and the records that readers of committed records see, behind Kafka's
 * mock clients. A hook may fail each call. Not thread-safe.
 */
final class FakeBroker implements KafkaClients {
    static final String TOPIC = "in";
    static final String GROUP = "group";
    private static final int POLLED = 5;

    /** What clients ask for. */
    enum Call {
        POLL,
        INIT,
        BEGIN,
        SEND,
        SEND_OFFSETS,
        COMMIT,
        /** The answer to a commit that has taken effect. */
        COMMITTED,
        ABORT
    }

    final Map<TopicPartition, Integer> ends = new TreeMap<>(FakeBroker::compare);
    final Map<TopicPartition, Long> committed = new TreeMap<>(FakeBroker::compare);
    /** Read-committed, in the order of their commits. */
    final List<ProducerRecord<byte[], byte[]>> visible = new ArrayList<>();
    /** What the group gives to the member of ours. */
    final Set<TopicPartition> ours = new HashSet<>();

    Consumer<Call> hook = call -> {};
    /** The time of a record, by partition and offset. */
    ToLongBiFunction<TopicPartition, Long> times = (partition, offset) -> 0;
    /** Who is a member under our name; "" for the latest of our own consumers. */
    String foreignMember = "";

    int sessions;
    private int generation;
    private int epoch;
    private LogConsumer latest;

    FakeBroker(int partitions, int records) {
        for (int i = 0; i < partitions; i++) {
            ends.put(new TopicPartition(TOPIC, i), records);
            committed.put(new TopicPartition(TOPIC, i), 0L);
        }
        ours.addAll(ends.keySet());
    }

    private static int compare(TopicPartition a, TopicPartition b) {
        return Integer.compare(a.partition(), b.partition());
    }

    /** Ends the producer of ours, as the broker does when its transaction timed out. */
    void fence() {
        epoch++;
    }

    /** Ends the membership of ours, unnoticed until the next call that names it. */
    void expel() {
        generation++;
        ours.clear();
    }

    /** Another member handles the next record of a partition that is not ours. */
    void handleElsewhere(TopicPartition partition, byte[] value) {
        visible.add(new ProducerRecord<>("out", new byte[0], value));
        committed.merge(partition, 1L, Long::sum);
    }

    boolean isDone() {
        return ends.entrySet().stream()
                .allMatch(end -> committed.get(end.getKey()).intValue() == end.getValue());
    }

    List<String> visible(String topic) {
        return visible.stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    LogConsumer latest() {
        return latest;
    }

    @Override
    public LogConsumer consumer(Map<String, Object> config) {
        sessions++;
        latest = new LogConsumer();
        return latest;
    }

    @Override
    public TransactionalProducer producer(Map<String, Object> config) {
        return new TransactionalProducer();
    }

    @Override
    public Admin admin(Map<String, Object> config) {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    if ("close".equals(method.getName())) {
                        return null;
                    }
                    if (!"describeConsumerGroups".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return new DescribeConsumerGroupsResult(Map.of(GROUP, KafkaFuture.completedFuture(describe())));
                });
    }

    private ConsumerGroupDescription describe() {
        return new ConsumerGroupDescription(
                GROUP,
                false,
                List.of(new MemberDescription(
                        foreignMember.isEmpty() ? latest.member : foreignMember,
                        Optional.of("i-splitter-0"),
                        Optional.empty(),
                        "client",
                        "host",
                        new MemberAssignment(Set.of()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                "",
                GroupType.CLASSIC,
                GroupState.STABLE,
                new Node(1, "localhost", 1),
                Set.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Polls from the log, and takes what the group gives it in the same poll, as a real consumer may. */
    final class LogConsumer extends MockConsumer<byte[], byte[]> {
        private final String member = "member-" + sessions;
        private int joined = -1;

        LogConsumer() {
            super("earliest");
            final Map<TopicPartition, Long> beginnings = new HashMap<>();
            ends.keySet().forEach(partition -> beginnings.put(partition, 0L));
            updateBeginningOffsets(beginnings);
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            hook.accept(Call.POLL);
            final Set<TopicPartition> before = new HashSet<>(assignment());
            if (joined != generation || !before.equals(ours)) {
                // Who was expelled has lost all partitions; where they come back, so do their committed offsets.
                final boolean lost = joined >= 0 && joined != generation;
                joined = generation;
                // The mock remembers what was paused beyond the assignment; a consumer does not.
                resume(paused().stream()
                        .filter(before::contains)
                        .filter(partition -> !ours.contains(partition))
                        .toList());
                rebalance(ours);
                for (final TopicPartition partition : ours) {
                    if (lost || !before.contains(partition)) {
                        seek(partition, committed.get(partition));
                    }
                }
            }
            for (final TopicPartition partition : ends.keySet()) {
                if (assignment().contains(partition) && !paused().contains(partition)) {
                    final long from = position(partition);
                    for (long offset = from; offset < Math.min(from + POLLED, ends.get(partition)); offset++) {
                        addRecord(record(partition, offset));
                    }
                }
            }
            final ConsumerRecords<byte[], byte[]> polled = super.poll(Duration.ZERO);
            final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> ordered = new LinkedHashMap<>();
            ends.keySet().stream()
                    .filter(polled.partitions()::contains)
                    .forEach(partition -> ordered.put(partition, polled.records(partition)));
            return new ConsumerRecords<>(ordered, polled.nextOffsets());
        }

        private ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
            return new ConsumerRecord<>(
                    TOPIC,
                    partition.partition(),
                    offset,
                    times.applyAsLong(partition, offset),
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    new byte[0],
                    new byte[0],
                    new RecordHeaders(),
                    Optional.empty());
        }

        @Override
        @SuppressWarnings("removal") // The only way to make one, until it becomes an interface.
        public ConsumerGroupMetadata groupMetadata() {
            return new ConsumerGroupMetadata(GROUP, joined, member, Optional.of("i-splitter-0"));
        }
    }

    /** Makes records visible when they are committed. */
    final class TransactionalProducer extends MockProducer<byte[], byte[]> {
        private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        private final Map<TopicPartition, Long> offsets = new HashMap<>();
        private int own;

        TransactionalProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        private void call(Call call) {
            hook.accept(call);
            if (own != epoch) {
                throw new ProducerFencedException("There is a newer producer with the same transactionalId");
            }
        }

        @Override
        public void initTransactions() {
            own = ++epoch;
            call(Call.INIT);
            super.initTransactions();
        }

        @Override
        public void beginTransaction() {
            call(Call.BEGIN);
            sent.clear();
            offsets.clear();
            super.beginTransaction();
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            call(Call.SEND);
            sent.add(record);
            return super.send(record, callback);
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> more, ConsumerGroupMetadata metadata) {
            call(Call.SEND_OFFSETS);
            if (metadata.generationId() != generation) {
                throw new CommitFailedException("Specified group generation id is not valid");
            }
            more.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
            super.sendOffsetsToTransaction(more, metadata);
        }

        @Override
        public void commitTransaction() {
            call(Call.COMMIT);
            visible.addAll(sent);
            committed.putAll(offsets);
            super.commitTransaction();
            hook.accept(Call.COMMITTED);
        }

        @Override
        public void abortTransaction() {
            call(Call.ABORT);
            super.abortTransaction();
        }
    }
}
