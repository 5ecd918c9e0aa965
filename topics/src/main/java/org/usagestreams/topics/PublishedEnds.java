package org.usagestreams.topics;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/**
 * Finds the last committed record of each partition of a topic, in two steps: {@link #ends} notes the log ends as of now, and
 * {@link #lastRecords} finds the last record below them.
 *
 * <p>The end of the log as a reader of committed records sees it does not suffice. The marker of a transaction may reach one
 * partition later than another, so that a record that is known to be committed is not readable everywhere yet: the ends are
 * therefore taken without regard to transactions, and {@link #lastRecords} has no answer while a transaction is open below
 * them. And markers lie behind the last record, where a reader never commits an offset.
 *
 * <p>Not thread-safe: one thread at a time.
 */
public final class PublishedEnds implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long FIRST_STEP = 2;
    private static final long STEP_FACTOR = 16;

    private final Time time;
    private final Admin admin;
    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> seen = new HashMap<>();
    private final Map<TopicPartition, Long> last = new HashMap<>();

    /**
     * Looks at a topic.
     *
     * @param kafka properties of Kafka's clients
     * @param admin stays the caller's
     */
    public PublishedEnds(KafkaClients clients, Time time, Map<String, Object> kafka, Admin admin, String topic) {
        consumer = CommittedReader.open(clients, kafka);
        this.time = time;
        this.admin = admin;
        this.topic = topic;
    }

    /**
     * The end of each partition's log now, with what is not committed yet.
     *
     * @throws KafkaException where the broker does not answer
     */
    public Map<TopicPartition, Long> ends() {
        final Map<TopicPartition, OffsetSpec> latest = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        try {
            final Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(
                            latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .all()
                    .get();
            return found.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                    .offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot list the ends of topic " + topic, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * The offset behind each partition's last committed record below these ends; only of partitions that have one.
     *
     * @param ends as {@link #ends} noted them; of several, the earlier first
     * @return empty while a transaction is open below the ends: ask again later
     * @throws TimeoutException where the broker stops answering
     */
    public Optional<Map<TopicPartition, Long>> lastRecords(Map<TopicPartition, Long> ends) {
        final Map<TopicPartition, Long> decided = consumer.endOffsets(ends.keySet());
        if (ends.entrySet().stream().anyMatch(end -> decided.get(end.getKey()) < end.getValue())) {
            return Optional.empty();
        }
        Map<TopicPartition, Long> open = ends.entrySet().stream()
                .filter(end -> end.getValue() > seen.getOrDefault(end.getKey(), 0L))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        final Map<TopicPartition, Long> reached = Map.copyOf(open);
        long step = FIRST_STEP;
        while (!open.isEmpty()) {
            final Map<TopicPartition, Long> left = new HashMap<>(open);
            left.keySet().removeAll(lookBack(open, step));
            // Where nothing is found behind what was known, what was known still holds.
            final long lookedBack = step;
            left.entrySet().removeIf(end -> end.getValue() - lookedBack <= seen.getOrDefault(end.getKey(), 0L));
            open = left;
            step *= STEP_FACTOR;
        }
        seen.putAll(reached);
        return Optional.of(Map.copyOf(last));
    }

    /** Reads the last so many offsets; the partitions in which there was a record. */
    private List<TopicPartition> lookBack(Map<TopicPartition, Long> ends, long step) {
        consumer.assign(ends.keySet());
        ends.forEach(
                (partition, end) -> consumer.seek(partition, Math.max(seen.getOrDefault(partition, 0L), end - step)));
        final Map<TopicPartition, Long> found = new HashMap<>();
        final StallGuard guard = new StallGuard(time, "the end of topic " + topic);
        for (long left = left(ends); left > 0; left = left(ends)) {
            guard.check(left);
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

    private long left(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
                .sum();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
