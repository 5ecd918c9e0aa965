package org.usagestreams.simulation.streams;

import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** The task, as a processor sees it. It refuses methods that the topology does not use. */
final class NodeContext implements ProcessorContext<Object, Object> {
    private final SimulatedTask task;
    private final Wiring.Processor node;

    NodeContext(SimulatedTask task, Wiring.Processor node) {
        this.task = task;
        this.node = node;
    }

    @Override
    public <K, V> void forward(Record<K, V> record) {
        forward(record, null);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K, V> void forward(Record<K, V> record, String childName) {
        task.forward(node, (Record<Object, Object>) record, childName);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <S extends StateStore> S getStateStore(String name) {
        return (S) task.store(node, name);
    }

    @Override
    public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
        if (type != PunctuationType.WALL_CLOCK_TIME) {
            throw new UnsupportedOperationException("punctuations of " + type);
        }
        return task.punctuations().schedule(task.now(), interval.toMillis(), callback);
    }

    @Override
    public Cancellable schedule(Instant start, Duration interval, PunctuationType type, Punctuator callback) {
        throw new UnsupportedOperationException("punctuations with a start");
    }

    @Override
    public void commit() {
        task.requestCommit();
    }

    @Override
    public long currentSystemTimeMs() {
        return task.systemTime();
    }

    @Override
    public long currentStreamTimeMs() {
        throw new UnsupportedOperationException("stream time");
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return task.metadata();
    }

    @Override
    public String applicationId() {
        return task.application();
    }

    @Override
    public TaskId taskId() {
        return task.id();
    }

    @Override
    public Serde<?> keySerde() {
        throw new UnsupportedOperationException("default serdes");
    }

    @Override
    public Serde<?> valueSerde() {
        throw new UnsupportedOperationException("default serdes");
    }

    @Override
    public File stateDir() {
        throw new UnsupportedOperationException("files");
    }

    @Override
    public StreamsMetrics metrics() {
        throw new UnsupportedOperationException("metrics");
    }

    @Override
    public Map<String, Object> appConfigs() {
        return Map.of();
    }

    @Override
    public Map<String, Object> appConfigsWithPrefix(String prefix) {
        return Map.of();
    }
}
