package org.usagestreams.simulation.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.simulation.Fetched;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.simulation.SimulatedBroker;

/** Reads the committed records of a topic, each once. */
public final class TopicView {
    private final SimulatedBroker broker;
    private final String topic;
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    /** Reads from these offsets on, and if there is none from the beginning. */
    public TopicView(SimulatedBroker broker, String topic, Map<TopicPartition, Long> positions) {
        this.broker = broker;
        this.topic = topic;
        this.positions.putAll(positions);
    }

    /** What has come since the last call, up to so many records of a partition. */
    public List<LogRecord> next(int most) {
        final List<LogRecord> records = new ArrayList<>();
        for (int i = 0; i < broker.partitions(topic); i++) {
            final TopicPartition partition = new TopicPartition(topic, i);
            final long from = Math.max(positions.getOrDefault(partition, 0L), broker.beginningOffset(partition));
            final Fetched fetched = broker.fetch(partition, from, most, true);
            records.addAll(fetched.records());
            positions.put(partition, fetched.next());
        }
        return records;
    }

    /** Where the next records are read from. */
    public Map<TopicPartition, Long> positions() {
        return Map.copyOf(positions);
    }

    /** Where each partition ends now, open transactions included. */
    Map<TopicPartition, Long> ends() {
        final Map<TopicPartition, Long> ends = new HashMap<>();
        for (int i = 0; i < broker.partitions(topic); i++) {
            final TopicPartition partition = new TopicPartition(topic, i);
            ends.put(partition, broker.endOffset(partition, false));
        }
        return ends;
    }

    /** Whether all before these offsets was read. */
    boolean hasRead(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** Whether no transaction is open on the topic, so that what was committed together was read together. */
    public boolean isSettled() {
        for (int i = 0; i < broker.partitions(topic); i++) {
            final TopicPartition partition = new TopicPartition(topic, i);
            if (broker.endOffset(partition, true) < broker.endOffset(partition, false)) {
                return false;
            }
        }
        return true;
    }
}
