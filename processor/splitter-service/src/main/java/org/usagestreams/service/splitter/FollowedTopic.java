package org.usagestreams.service.splitter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.KafkaClients;

/** A small compacted topic that a splitter follows from its beginning. Its methods belong to one thread at a time. */
final class FollowedTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedTopic.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final String topic;
    private final String about;
    private final Consumer<ConsumerRecord<byte[], byte[]>> reader;
    private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;

    /**
     * Has read nothing yet.
     *
     * @param kafka properties of Kafka's clients
     * @param about what the topic holds, for the log
     * @param reader takes each record; after a failure from the topic's beginning again
     */
    FollowedTopic(
            KafkaClients clients,
            Map<String, Object> kafka,
            String topic,
            String about,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        this.clients = clients;
        this.kafka = kafka;
        this.topic = topic;
        this.about = about;
        this.reader = reader;
    }

    /**
     * Reads all that is there now.
     *
     * @throws KafkaException where the topic cannot be read
     */
    void load() {
        open();
        readToEnds();
    }

    /** Reads all that has come until now; where that fails, what was read before holds. */
    void catchUp() {
        try {
            if (consumer == null) {
                open();
            }
            readToEnds();
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            failed(e);
        }
    }

    private void readToEnds() {
        final Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(reader);
        }
    }

    private void failed(KafkaException e) {
        LOG.warn("Cannot read {} on topic {}: {}. Earlier records stay in use.", about, topic, e.toString());
        close();
    }

    /** Reads what has come since; where that fails, what was read before holds, and the next step tries again. */
    void step() {
        try {
            if (consumer == null) {
                open();
            }
            consumer.poll(POLL).forEach(reader);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            failed(e);
        }
    }

    private void open() {
        consumer = CommittedReader.open(clients, kafka);
        final List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}
