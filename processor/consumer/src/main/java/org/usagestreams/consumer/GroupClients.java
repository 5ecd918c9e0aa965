package org.usagestreams.consumer;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.usagestreams.topics.KafkaClients;

/** Creates the Kafka clients of an instance's threads that are members of one group. Thread-safe. */
final class GroupClients {
    /** Ends the group's name in transactional ids, so that no group's ids begin with those of another group. */
    private static final String SEPARATOR = ":";

    private final KafkaClients clients;
    private final GroupThreads.Options options;
    private final GroupThreads.Group group;

    GroupClients(KafkaClients clients, GroupThreads.Options options, GroupThreads.Group group) {
        this.clients = clients;
        this.options = options;
        this.group = group;
    }

    /** The beginning of the transactional ids of a group's members. */
    static String transactionalPrefix(String group) {
        return group + SEPARATOR;
    }

    /** A thread's {@code group.instance.id} and client id; its transactional id is the same after the prefix. */
    String member(String thread) {
        return options.instanceId() + "-" + thread;
    }

    /** A consumer of a thread, not subscribed. */
    Consumer<byte[], byte[]> consumer(String thread) {
        final int session = (int) options.session().toMillis();
        final Map<String, Object> config = new HashMap<>(options.kafka());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group.groupId());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, member(thread));
        config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, member(thread));
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / 3);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, options.pollRecords());
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int)
                group.pollInterval().toMillis());
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.putAll(group.consumers());
        return clients.consumer(config);
    }

    /** A transactional producer of a thread, not initialized. */
    Producer<byte[], byte[]> producer(String thread) {
        final Map<String, Object> config = new HashMap<>(options.kafka());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalPrefix(group.groupId()) + member(thread));
        config.put(ProducerConfig.CLIENT_ID_CONFIG, member(thread));
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                options.transactionTimeout().toMillis());
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) options.producerBytes());
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        // Chunks are compressed as they are made.
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return clients.producer(config);
    }
}
