package org.usagestreams.service.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.splitter.ReadmittedDays;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.MalformedChunkException;
import org.usagestreams.wire.message.Readmission;

/**
 * The days that were taken back: a copy of the topic of readmissions, which it follows. {@link #of} is thread-safe; the other
 * methods belong to one thread at a time. Its size is that of the topic: a record for each day that was ever taken back.
 */
final class KnownReadmissions implements ReadmittedDays, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnownReadmissions.class);

    private final Clock clock;
    private final FollowedTopic followed;

    /** Until when, by date, by organisation and source. */
    private final Map<String, Map<LocalDate, Long>> untilMillis = new ConcurrentHashMap<>();

    /**
     * Knows nothing yet.
     *
     * @param kafka properties of Kafka's clients
     * @param topic name of the topic of readmissions
     */
    KnownReadmissions(KafkaClients clients, Map<String, Object> kafka, String topic, Clock clock) {
        this.clock = clock;
        followed = new FollowedTopic(clients, kafka, topic, "the days that were read back", this::read);
    }

    @Override
    public Set<LocalDate> of(String organisation, String source) {
        final Map<LocalDate, Long> dates = untilMillis.get(sourceKey(organisation, source));
        if (dates == null) {
            return Set.of();
        }
        final long now = clock.millis();
        return dates.entrySet().stream()
                .filter(date -> date.getValue() > now)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads all that is there now.
     *
     * @throws KafkaException where the topic cannot be read
     */
    synchronized void load() {
        followed.load();
    }

    /** Reads what has come since; where that fails, what was read before holds, and the next step tries again. */
    synchronized void step() {
        followed.step();
    }

    @Override
    public synchronized void refresh() {
        followed.catchUp();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        try {
            final DayKey day = DayKey.parse(new String(record.key(), UTF_8));
            final Map<LocalDate, Long> dates = untilMillis.computeIfAbsent(
                    sourceKey(day.organisation(), day.source()), source -> new ConcurrentHashMap<>());
            if (record.value() == null) {
                dates.remove(day.date());
            } else {
                dates.put(day.date(), Readmission.parseFrom(record.value()).getUntilMillis());
            }
        } catch (MalformedChunkException | InvalidProtocolBufferException e) {
            LOG.warn(
                    "Ignored record {} of {}, because it is not a readmission: {}",
                    record.offset(),
                    record.topic(),
                    e.toString());
        }
    }

    private static String sourceKey(String organisation, String source) {
        return organisation + "|" + source;
    }

    @Override
    public synchronized void close() {
        followed.close();
    }
}
