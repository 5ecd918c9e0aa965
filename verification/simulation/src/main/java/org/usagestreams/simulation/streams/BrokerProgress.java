package org.usagestreams.simulation.streams;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.summarizer.ReadProgress;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** The application's progress, according to the simulated broker. */
final class BrokerProgress implements ReadProgress {
    private final SimulatedBroker broker;
    private final String group;
    private final TopicCatalog topics;

    BrokerProgress(SimulatedBroker broker, String group, TopicCatalog topics) {
        this.broker = broker;
        this.group = group;
        this.topics = topics;
    }

    @Override
    public boolean isRead(int partition) {
        final Map<TopicPartition, OffsetAndMetadata> committed = broker.groups().committed(group);
        return List.of(TopicRole.CHUNKS, TopicRole.REFERENCE).stream().allMatch(role -> {
            final TopicPartition one = new TopicPartition(topics.name(role), partition);
            final List<LogRecord> records = broker.committed(one);
            final OffsetAndMetadata offset = committed.get(one);
            return records.isEmpty()
                    || (offset != null
                            && offset.offset() > records.get(records.size() - 1).offset());
        });
    }

    @Override
    public boolean isFirst(int partition, long offset) {
        final List<LogRecord> records = broker.committed(new TopicPartition(topics.name(TopicRole.CHUNKS), partition));
        return !records.isEmpty() && records.get(0).offset() == offset;
    }
}
