package org.usagestreams.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the dead letters that are open: those that were neither settled nor discarded. */
public final class DeadLetterTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterTopic.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Pattern PLACE = Pattern.compile("(.+)-(\\d{1,6})@(\\d{1,18})");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;

    /** Reads this topic. */
    public DeadLetterTopic(Map<String, Object> kafka, String topic) {
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
    }

    /**
     * The open letters by id, the oldest first.
     *
     * @param limit most that are kept; the oldest leave
     */
    public Map<String, DeadLetter> open(Predicate<DeadLetter> filter, int limit) {
        final List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        final Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        final Map<String, DeadLetter> open = new LinkedHashMap<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                final String id = new String(record.key(), StandardCharsets.UTF_8);
                open.remove(id);
                if (record.value() != null) {
                    parse(record).filter(filter).ifPresent(letter -> open.put(id, letter));
                }
                if (open.size() > limit) {
                    open.remove(open.keySet().iterator().next());
                }
            }
        }
        return open;
    }

    private static Optional<DeadLetter> parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(DeadLetter.parse(record.value()));
        } catch (IllegalArgumentException e) {
            LOG.warn("{}-{}@{} is left out: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The whole input that a letter is about.
     *
     * @return empty where it was cut off and is no longer on its topic
     */
    public Optional<byte[]> input(DeadLetter letter) {
        final byte[] payload =
                letter.payload() == null ? null : Base64.getDecoder().decode(letter.payload());
        if (payload != null && payload.length < DeadLetter.PAYLOAD_BYTES) {
            return Optional.of(payload);
        }
        final Matcher place = PLACE.matcher(String.valueOf(letter.record()));
        if (!place.matches()) {
            return Optional.empty();
        }
        final TopicPartition partition = new TopicPartition(place.group(1), Integer.parseInt(place.group(2)));
        final long offset = Long.parseLong(place.group(3));
        consumer.assign(List.of(partition));
        if (consumer.beginningOffsets(List.of(partition)).get(partition) > offset) {
            return Optional.empty();
        }
        consumer.seek(partition, offset);
        final List<byte[]> found = new ArrayList<>();
        while (consumer.position(partition) <= offset) {
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() == offset) {
                    found.add(record.value());
                }
            }
        }
        return found.stream().findFirst();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
