package org.usagestreams.loading;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.usagestreams.topics.CommittedReader;

/**
 * Where the last committed record of each partition of a topic is.
 *
 * <p>Two things stand between that and asking for the end. A transaction's marker may reach one partition later than another,
 * so that what is known to be committed cannot be read everywhere yet: the end is taken without regard to transactions, and
 * those that are open below it are waited for. And markers lie behind the last record, where a reader never commits an offset:
 * the last record is looked for.
 */
public final class PublishedEnds implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration OPEN = Duration.ofMillis(20);
    private static final long FIRST_STEP = 2;
    private static final long STEP_FACTOR = 16;

    private final Admin admin;
    private final String topic;
    private final BooleanSupplier running;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> seen = new HashMap<>();
    private final Map<TopicPartition, Long> last = new HashMap<>();

    /**
     * Looks at a topic.
     *
     * @param admin is not closed
     * @param running whether to go on waiting for open transactions
     */
    public PublishedEnds(Map<String, Object> kafka, Admin admin, String topic, BooleanSupplier running) {
        consumer = CommittedReader.open(kafka);
        this.admin = admin;
        this.topic = topic;
        this.running = running;
    }

    /**
     * The offset behind each partition's last committed record as of now; only those that have one.
     *
     * @throws WakeupException where it is not to go on
     */
    public Map<TopicPartition, Long> find() {
        final List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        final Map<TopicPartition, Long> ends = ends(partitions);
        awaitDecided(ends);
        Map<TopicPartition, Long> open = ends.entrySet().stream()
                .filter(end -> !end.getValue().equals(seen.getOrDefault(end.getKey(), 0L)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        long step = FIRST_STEP;
        while (!open.isEmpty()) {
            final Map<TopicPartition, Long> left = new HashMap<>(open);
            left.keySet().removeAll(lookBack(open, step));
            // Where nothing is found behind what was known, what was known still holds.
            final long reached = step;
            left.entrySet().removeIf(end -> end.getValue() - reached <= seen.getOrDefault(end.getKey(), 0L));
            open = left;
            step *= STEP_FACTOR;
        }
        seen.putAll(ends);
        return Map.copyOf(last);
    }

    private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
        final Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        try {
            final Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(
                            latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .all()
                    .get();
            return found.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                    .offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("ends of " + topic, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Until no transaction is open below these offsets. */
    private void awaitDecided(Map<TopicPartition, Long> ends) {
        while (true) {
            final Map<TopicPartition, Long> decided = consumer.endOffsets(ends.keySet());
            if (ends.entrySet().stream().allMatch(end -> decided.get(end.getKey()) >= end.getValue())) {
                return;
            }
            if (!running.getAsBoolean()) {
                throw new WakeupException();
            }
            LockSupport.parkNanos(OPEN.toNanos());
        }
    }

    /** Reads the last so many offsets; the partitions in which there was a record. */
    private List<TopicPartition> lookBack(Map<TopicPartition, Long> ends, long step) {
        consumer.assign(ends.keySet());
        ends.forEach(
                (partition, end) -> consumer.seek(partition, Math.max(seen.getOrDefault(partition, 0L), end - step)));
        final Map<TopicPartition, Long> found = new HashMap<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                final TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < ends.get(partition)) {
                    found.put(partition, record.offset() + 1);
                }
            }
        }
        last.putAll(found);
        return List.copyOf(found.keySet());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
