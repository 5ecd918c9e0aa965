package org.usagestreams.operations.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Reads the open dead letters: those that are neither settled nor discarded. */
public final class DeadLetterTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterTopic.class);
    private static final Pattern PLACE = Pattern.compile("(.+)-(\\d{1,6})@(\\d{1,18})");

    private final TopicReader reader;
    private final String topic;

    /** Reads this topic. */
    public DeadLetterTopic(KafkaClients clients, Map<String, Object> kafka, String topic) {
        reader = new TopicReader(clients, kafka);
        this.topic = topic;
    }

    /**
     * The open dead letters by id, the oldest first.
     *
     * @param limit most that are kept; the oldest leave
     */
    public Map<String, DeadLetter> open(Predicate<DeadLetter> filter, int limit) {
        return open(filter, Function.identity(), limit);
    }

    /**
     * The objects of the open dead letters by id, the oldest first, as {@link #open}; empty where one is about none. The dead
     * letters themselves are not kept in memory.
     */
    Map<String, Optional<DeadLetter.ObjectOf>> objects(Predicate<DeadLetter> filter, int limit) {
        return open(filter, deadLetter -> Optional.ofNullable(deadLetter.version()), limit);
    }

    private <T> Map<String, T> open(Predicate<DeadLetter> filter, Function<DeadLetter, T> kept, int limit) {
        final Map<String, T> open = new LinkedHashMap<>();
        reader.readAll(topic, record -> {
            final String id = new String(record.key(), StandardCharsets.UTF_8);
            open.remove(id);
            if (record.value() != null) {
                parse(record).filter(filter).ifPresent(deadLetter -> open.put(id, kept.apply(deadLetter)));
            }
            if (open.size() > limit) {
                open.remove(open.keySet().iterator().next());
            }
        });
        return open;
    }

    private static Optional<DeadLetter> parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(DeadLetter.parse(record.value()));
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "Ignored the record at {}-{}@{}, because it is not a dead letter: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The whole input that a dead letter is about.
     *
     * @return empty where it was cut off and is no longer on its topic
     */
    public Optional<byte[]> input(DeadLetter deadLetter) {
        final byte[] payload =
                deadLetter.payload() == null ? null : Base64.getDecoder().decode(deadLetter.payload());
        if (payload != null && payload.length < DeadLetter.PAYLOAD_BYTES) {
            return Optional.of(payload);
        }
        final Matcher place = PLACE.matcher(String.valueOf(deadLetter.record()));
        if (!place.matches()) {
            return Optional.empty();
        }
        return reader.read(
                        new TopicPartition(place.group(1), Integer.parseInt(place.group(2))),
                        Long.parseLong(place.group(3)))
                .map(ConsumerRecord::value);
    }

    @Override
    public void close() {
        reader.close();
    }
}
