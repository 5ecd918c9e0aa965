package org.usagestreams.replay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.usagestreams.chunk.DayKey;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.LastRecords;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/**
 * Gives the scaled topics more partitions. A key's partition follows from their number: what compacted topics and changelogs
 * hold is moved to where it belongs then, and everyone's offsets are set behind it. Nothing runs meanwhile. It can be repeated;
 * until it has come to its end, services refuse to start, whatever their setting.
 */
public final class PartitionExpansion implements AutoCloseable {
    /** Topics that are of no matter once they are read. They are grown first. */
    private static final List<TopicRole> OF_NO_MATTER = List.of(TopicRole.OBJECTS, TopicRole.RETRACTIONS);

    private static final List<TopicRole> BY_KEY =
            List.of(TopicRole.SUMMARY, TopicRole.SUMMARY_STATUS, TopicRole.LEDGER);
    private static final List<String> STORES_BY_DAY = List.of("days", "published", "touched");
    private static final List<String> STORES_BY_OBJECT = List.of("objects", "ledger");

    /** Grown last: Streams refuses changelogs that have not as many partitions as the topics. */
    private static final String LAST = "reading";

    private static final Duration LOOK = Duration.ofMillis(50);

    /** Moved records of a transaction. */
    private static final int AT_ONCE = 50_000;

    private final ReplayTarget target;
    private final Admin admin;
    private final TopicReader reader;
    private final LastRecords records;
    private final int partitions;

    /** Where a key belongs. */
    private interface Place {
        int of(byte[] key);
    }

    /** Grows a system's topics to so many partitions. */
    public PartitionExpansion(Settings settings, KafkaClients clients, Time time, int partitions) {
        target = new ReplayTarget(settings, clients, time);
        this.partitions = partitions;
        admin = target.admin();
        reader = target.reader();
        records = new LastRecords(clients, target.kafka());
    }

    /**
     * Does it.
     *
     * @param says hears what was done
     * @throws IllegalStateException where something runs, or something is left to be read
     */
    public void run(Consumer<String> says) {
        final Map<String, GroupOffsets> groups = groups();
        requireNothingRuns(groups.keySet());
        if (partitions(target.topic(OF_NO_MATTER.get(0))).size() < partitions) {
            // Not broken off before: what was moved then is not read by anyone, and need not be.
            requireAllRead(groups);
        }
        OF_NO_MATTER.forEach(role -> grow(target.topic(role)));
        final Place byDay = key -> dayOf(key).partition(partitions);
        final Place byKey = key -> Utils.toPositive(Utils.murmur2(key)) % partitions;
        final Map<String, Place> moved = new LinkedHashMap<>();
        moved.put(target.topic(TopicRole.CHUNKS), byDay);
        BY_KEY.forEach(role -> moved.put(target.topic(role), byKey));
        STORES_BY_DAY.forEach(store -> moved.put(Changelog.name(target.application(), store), byDay));
        STORES_BY_OBJECT.forEach(store -> moved.put(Changelog.name(target.application(), store), byKey));
        moved.forEach((topic, place) -> {
            grow(topic);
            says.accept(topic + ": " + move(topic, place) + " of its records belong elsewhere now and were moved");
        });
        final String reference = target.topic(TopicRole.REFERENCE);
        grow(reference);
        copyToEmpty(reference);
        final Set<String> behindAll = new HashSet<>(moved.keySet());
        behindAll.add(reference);
        setOffsets(groups, behindAll);
        grow(Changelog.name(target.application(), LAST));
        // The bucket goes on sending; what it sends stays where it is, and splitters do not start before this.
        grow(target.topic(TopicRole.NOTIFICATIONS));
    }

    /** The day that a key of the chunk topic, or of a store by day, begins with. */
    private static DayKey dayOf(byte[] key) {
        final String text = new String(key, StandardCharsets.UTF_8);
        final int date = text.indexOf('|') + 1;
        final int end = text.indexOf('|', date);
        return DayKey.parse(end < 0 ? text : text.substring(0, end));
    }

    /** Groups that have read a topic of ours. */
    private Map<String, GroupOffsets> groups() {
        final List<String> ours = target.settings().topics().all().stream()
                .map(topic -> topic.name())
                .toList();
        final Map<String, GroupOffsets> groups = new HashMap<>();
        for (final GroupListing group : SummaryGroup.get(
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all())) {
            if (group.type().filter(type -> type == GroupType.SHARE).isPresent()) {
                continue;
            }
            final GroupOffsets offsets = GroupOffsets.of(admin, group.groupId());
            if (offsets.committed().keySet().stream().anyMatch(partition -> ours.contains(partition.topic()))) {
                groups.put(group.groupId(), offsets);
            }
        }
        return groups;
    }

    private void requireNothingRuns(Iterable<String> groups) {
        final Duration sessions = target.rememberedFor();
        for (final String group : groups) {
            new SummaryGroup(admin, target.time(), group).awaitNobody(sessions);
        }
    }

    private void requireAllRead(Map<String, GroupOffsets> groups) {
        final Set<String> scaled = target.settings().topics().all().stream()
                .filter(topic -> topic.scaled() && topic.role() != TopicRole.NOTIFICATIONS)
                .map(topic -> topic.name())
                .collect(Collectors.toSet());
        groups.forEach((group, offsets) -> {
            final Map<TopicPartition, Long> ends = new HashMap<>();
            offsets.committed().keySet().stream()
                    .filter(partition -> scaled.contains(partition.topic()))
                    .forEach(partition -> ends.put(partition, records.end(partition.topic(), partition.partition())));
            final long behind = offsets.behind(ends);
            if (behind > 0) {
                throw new IllegalStateException("group " + group + " has " + behind
                        + " offsets left to read: start all but the splitters, wait, stop them, and repeat this");
            }
        });
    }

    private void grow(String topic) {
        if (partitions(topic).size() < partitions) {
            SummaryGroup.get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                    .all());
            while (partitions(topic).size() < partitions) {
                target.time().sleep(LOOK.toMillis());
            }
        }
    }

    /** As the broker knows them; a consumer remembers for a while what it knew. */
    private List<TopicPartition> partitions(String topic) {
        final int count = SummaryGroup.get(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions()
                .size();
        return IntStream.range(0, count)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    /** The number of records that were moved. */
    private long move(String topic, Place place) {
        long moved = 0;
        for (final TopicPartition partition : partitions(topic)) {
            final Map<String, Long> misplaced = new HashMap<>();
            reader.read(List.of(partition), record -> {
                final String key = new String(record.key(), StandardCharsets.ISO_8859_1);
                if (record.value() == null || place.of(record.key()) == partition.partition()) {
                    misplaced.remove(key);
                } else {
                    misplaced.put(key, record.offset());
                }
            });
            moved += misplaced.size();
            if (!misplaced.isEmpty()) {
                move(partition, place, misplaced);
            }
        }
        return moved;
    }

    private void move(TopicPartition partition, Place place, Map<String, Long> misplaced) {
        final List<byte[]> open = new ArrayList<>();
        try (Transactions transactions = new Transactions(target, "usage-growth")) {
            final Producer<byte[], byte[]> producer = transactions.begin();
            reader.read(List.of(partition), record -> {
                final Long last = misplaced.get(new String(record.key(), StandardCharsets.ISO_8859_1));
                if (last != null && last == record.offset()) {
                    Transactions.send(
                            producer,
                            new ProducerRecord<>(
                                    partition.topic(),
                                    place.of(record.key()),
                                    record.timestamp(),
                                    record.key(),
                                    record.value()));
                    open.add(record.key());
                    if (open.size() >= AT_ONCE) {
                        leave(producer, partition, open);
                        transactions.commit();
                        transactions.begin();
                    }
                }
            });
            leave(producer, partition, open);
            transactions.commit();
        }
    }

    /** In the same transaction, so that a record is never nowhere. */
    private static void leave(Producer<byte[], byte[]> producer, TopicPartition partition, List<byte[]> keys) {
        keys.forEach(key ->
                Transactions.send(producer, new ProducerRecord<>(partition.topic(), partition.partition(), key, null)));
        keys.clear();
    }

    /** Each partition has all of it. */
    private void copyToEmpty(String topic) {
        final List<TopicPartition> all = partitions(topic);
        final List<Integer> empty = all.stream()
                .map(TopicPartition::partition)
                .filter(number -> records.end(topic, number) == 0)
                .toList();
        try (Transactions transactions = new Transactions(target, "usage-growth")) {
            final Producer<byte[], byte[]> producer = transactions.begin();
            reader.read(
                    all.subList(0, 1),
                    record -> empty.forEach(number -> Transactions.send(
                            producer,
                            new ProducerRecord<>(topic, number, record.timestamp(), record.key(), record.value()))));
            transactions.commit();
        }
    }

    /** Behind all that is there: everything was read before it was moved. */
    private void setOffsets(Map<String, GroupOffsets> groups, Set<String> moved) {
        groups.forEach((group, offsets) -> {
            final SummaryGroup admitted = new SummaryGroup(admin, target.time(), group);
            final Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            for (final String topic : offsets.committed().keySet().stream()
                    .map(TopicPartition::topic)
                    .filter(moved::contains)
                    .collect(Collectors.toSet())) {
                admitted.ends(topic, OffsetSpec.latest())
                        .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end)));
            }
            admitted.set(ends);
        });
    }

    @Override
    public void close() {
        records.close();
        reader.close();
        admin.close();
    }
}
