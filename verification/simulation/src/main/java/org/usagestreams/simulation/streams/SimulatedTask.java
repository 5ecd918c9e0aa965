package org.usagestreams.simulation.streams;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.usagestreams.simulation.LogRecord;

/**
 * One task: the processors of a sub-topology on one partition, with their stores. What Kafka Streams does around processors
 * and the protocol depends on is done here: the time that is read once for each record and punctuation, metadata that a
 * punctuation lacks, changes of stores that go to the changelog in the same transaction.
 */
final class SimulatedTask {
    private final TaskId id;
    private final Wiring.Part part;
    private final TaskState state;
    private final TaskOutput output;
    private final String application;
    private final Map<String, MemoryStore<?>> stores = new HashMap<>();
    private final Map<String, Processor<Object, Object, Object, Object>> processors = new LinkedHashMap<>();
    private final Map<TopicPartition, SourceQueue> queues =
            new TreeMap<>((a, b) -> a.topic().equals(b.topic())
                    ? a.partition() - b.partition()
                    : a.topic().compareTo(b.topic()));
    private final Map<TopicPartition, Long> changelogEnds = new HashMap<>();
    private final Punctuations punctuations = new Punctuations();
    private long systemTime;
    private RecordMetadata metadata;
    private boolean commitNeeded;
    private boolean commitRequested;

    /** Where a record came from. */
    private record Metadata(String topic, int partition, long offset) implements RecordMetadata {}

    SimulatedTask(TaskId id, Wiring.Part part, TaskState state, TaskOutput output, String application) {
        this.id = id;
        this.part = part;
        this.state = state;
        this.output = output;
        this.application = application;
    }

    TaskId id() {
        return id;
    }

    /** Changelogs by store. */
    Map<String, TopicPartition> changelogs() {
        final Map<String, TopicPartition> changelogs = new TreeMap<>();
        part.stores().values().forEach(store -> changelogs.put(store.name(), changelog(store)));
        return changelogs;
    }

    private TopicPartition changelog(Wiring.Store store) {
        return new TopicPartition(
                store.source() == null ? changelogTopic(application, store.name()) : store.source(), id.partition());
    }

    /** The topic that Kafka Streams keeps a store's changes on. */
    static String changelogTopic(String application, String store) {
        return application + "-" + store + "-changelog";
    }

    /** Partitions that the task reads, as far as the topics have them. */
    List<TopicPartition> inputs() {
        final List<TopicPartition> inputs = new ArrayList<>();
        part.topics().forEach(topic -> {
            if (id.partition() < output.partitions(topic)) {
                inputs.add(new TopicPartition(topic, id.partition()));
            }
        });
        return inputs;
    }

    /** Applies records of a changelog to a store. */
    void restore(String store, TopicPartition changelog, Collection<LogRecord> records, long next) {
        records.forEach(record -> {
            final String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                state.store(store).remove(key);
            } else {
                state.store(store).put(key, record.value());
            }
        });
        changelogEnds.put(changelog, next);
    }

    /** Makes the processors, once all is restored. */
    void start(Map<TopicPartition, Long> positions) {
        positions.forEach((partition, position) -> queues.put(partition, new SourceQueue(position)));
        part.stores().values().forEach(store -> stores.put(store.name(), open(store)));
        systemTime = output.now();
        part.processors().forEach((name, wired) -> processors.put(name, processor(wired)));
        processors.forEach((name, processor) -> {
            systemTime = output.now();
            processor.init(new NodeContext(this, part.processors().get(name)));
        });
    }

    @SuppressWarnings("unchecked")
    private static Processor<Object, Object, Object, Object> processor(Wiring.Processor wired) {
        return (Processor<Object, Object, Object, Object>) wired.supplier().get();
    }

    private MemoryStore<?> open(Wiring.Store store) {
        final TopicPartition changelog = changelog(store);
        final MemoryStore.Log log = store.source() != null
                ? (key, value) -> {}
                : (key, value) -> changelogEnds.put(
                        changelog,
                        output.send(changelog, key.getBytes(StandardCharsets.UTF_8), value, List.of(), systemTime) + 1);
        return new MemoryStore<>(store.name(), store.values(), state.store(store.name()), log, output::accessed);
    }

    /** Records that were fetched and are not processed yet. */
    Map<TopicPartition, SourceQueue> queues() {
        return queues;
    }

    /**
     * Processes the buffered record with the least timestamp; whether there was one.
     *
     * @param now time of the thread's loop, which Kafka Streams reads before it and not for each record
     */
    boolean process(long now) {
        TopicPartition from = null;
        for (final Map.Entry<TopicPartition, SourceQueue> queue : queues.entrySet()) {
            if (!queue.getValue().isEmpty()
                    && (from == null
                            || queue.getValue().head().timestamp()
                                    < queues.get(from).head().timestamp())) {
                from = queue.getKey();
            }
        }
        if (from == null) {
            return false;
        }
        final LogRecord record = queues.get(from).take();
        commitNeeded = true;
        systemTime = now;
        metadata = new Metadata(from.topic(), from.partition(), record.offset());
        for (final Wiring.Source source : part.sources().values()) {
            if (source.topics().contains(from.topic())) {
                final Record<Object, Object> in = new Record<>(
                        source.keys().deserialize(from.topic(), record.key()),
                        source.values().deserialize(from.topic(), record.value()),
                        record.timestamp(),
                        new RecordHeaders(record.headers()));
                source.children().forEach(child -> pass(child, in));
            }
        }
        metadata = null;
        return true;
    }

    /** Runs punctuations that are due; whether any was. */
    boolean punctuate() {
        final boolean any = punctuations.run(output.now(), (punctuator, now) -> {
            systemTime = output.now();
            metadata = null;
            punctuator.punctuate(now);
        });
        commitNeeded |= any;
        return any;
    }

    long nextPunctuation() {
        return punctuations.next();
    }

    boolean isCommitNeeded() {
        return commitNeeded;
    }

    boolean isCommitRequested() {
        return commitRequested;
    }

    /** Offsets to be committed: those of partitions of which records were processed since the task was opened. */
    Map<TopicPartition, Long> consumed() {
        final Map<TopicPartition, Long> consumed = new HashMap<>();
        queues.forEach((partition, queue) -> {
            if (queue.hasConsumed()) {
                consumed.put(partition, queue.next());
            }
        });
        return consumed;
    }

    void committed() {
        commitNeeded = false;
        commitRequested = false;
    }

    /** Closes after a commit; the state stays with a checkpoint. */
    void closeClean() {
        processors.values().forEach(Processor::close);
        final Map<TopicPartition, Long> ends = new HashMap<>(changelogEnds);
        part.stores().values().stream()
                .filter(store -> store.source() != null)
                .map(this::changelog)
                .filter(queues::containsKey)
                .forEach(
                        changelog -> ends.merge(changelog, queues.get(changelog).next(), Math::max));
        if (state.unlock(this)) {
            state.close(ends);
        }
    }

    /** Closes without one; the state is wiped. */
    void closeDirty() {
        processors.values().forEach(Processor::close);
        if (state.unlock(this)) {
            state.wipe();
        }
    }

    private void pass(String child, Record<Object, Object> record) {
        final Processor<Object, Object, Object, Object> processor = processors.get(child);
        if (processor != null) {
            processor.process(record);
        } else {
            send(part.sinks().get(child), record);
        }
    }

    @SuppressWarnings("unchecked")
    private void send(Wiring.Sink sink, Record<Object, Object> record) {
        final byte[] key = ((Serializer<Object>) sink.keys()).serialize(sink.topic(), record.key());
        final byte[] value = ((Serializer<Object>) sink.values()).serialize(sink.topic(), record.value());
        final int count = output.partitions(sink.topic());
        final Set<Integer> partitions = sink.partitioner() == null
                ? Set.of(Utils.toPositive(Utils.murmur2(key)) % count)
                : ((StreamPartitioner<Object, Object>) sink.partitioner())
                        .partitions(sink.topic(), record.key(), record.value(), record.headers(), count)
                        .orElseThrow();
        partitions.stream()
                .sorted()
                .forEach(partition -> output.send(
                        new TopicPartition(sink.topic(), partition),
                        key,
                        value,
                        List.of(record.headers().toArray()),
                        record.timestamp()));
    }

    // What the processors' contexts ask.

    void forward(Wiring.Processor from, Record<Object, Object> record, String child) {
        if (child == null) {
            from.children().forEach(each -> pass(each, record));
        } else if (from.children().contains(child)) {
            pass(child, record);
        } else {
            throw new IllegalStateException(from.name() + " has no child " + child);
        }
    }

    StateStore store(Wiring.Processor from, String name) {
        if (!from.stores().contains(name)) {
            throw new IllegalStateException(from.name() + " is not connected to store " + name);
        }
        return stores.get(name);
    }

    Punctuations punctuations() {
        return punctuations;
    }

    void requestCommit() {
        commitNeeded = true;
        commitRequested = true;
    }

    long systemTime() {
        return systemTime;
    }

    long now() {
        return output.now();
    }

    Optional<RecordMetadata> metadata() {
        return Optional.ofNullable(metadata);
    }

    String application() {
        return application;
    }
}
