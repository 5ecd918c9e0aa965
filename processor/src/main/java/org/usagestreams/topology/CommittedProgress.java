package org.usagestreams.topology;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.LastRecords;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** Asks the broker for the group's offsets and the topics' last records. It connects when it is first asked. */
final class CommittedProgress implements ReadProgress, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommittedProgress.class);

    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final String group;
    private final List<String> awaited;
    private final String chunks;
    private Admin admin;
    private LastRecords records;

    CommittedProgress(KafkaClients clients, Map<String, Object> kafka, String group, TopicCatalog topics) {
        this.clients = clients;
        this.kafka = kafka;
        this.group = group;
        chunks = topics.name(TopicRole.CHUNKS);
        awaited = List.of(chunks, topics.name(TopicRole.REFERENCE));
    }

    @Override
    public synchronized boolean isRead(int partition) {
        try {
            return isReadNow(partition);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.info(
                    "partition {}: whether all is read was not to be found out, asked again soon: {}",
                    partition,
                    e.toString());
            return false;
        }
    }

    private boolean isReadNow(int partition) {
        connect();
        final Map<TopicPartition, OffsetAndMetadata> committed =
                GroupOffsets.of(admin, group).committed();
        return awaited.stream().allMatch(topic -> {
            final OffsetAndMetadata offset = committed.get(new TopicPartition(topic, partition));
            return (offset == null ? 0 : offset.offset()) >= records.end(topic, partition);
        });
    }

    @Override
    public synchronized boolean isFirst(int partition, long offset) {
        connect();
        return records.first(chunks, partition).equals(OptionalLong.of(offset));
    }

    private void connect() {
        if (admin == null) {
            admin = clients.admin(kafka);
            records = new LastRecords(clients, kafka);
        }
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            records.close();
            admin.close();
            admin = null;
        }
    }
}
