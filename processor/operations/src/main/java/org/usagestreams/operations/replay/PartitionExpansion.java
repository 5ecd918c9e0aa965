package org.usagestreams.operations.replay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.usagestreams.settings.Settings;
import org.usagestreams.summarizer.StateStore;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.LastRecords;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.topics.TopicSpec;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Gives the scaled topics more partitions. A key's partition follows from their number: what compacted topics and changelogs
 * hold is moved to where it belongs then, and everyone's offsets are set behind it. Nothing runs meanwhile, and everything was
 * read: both are checked, before records are moved and again before offsets are set. It can be repeated; until it has come to
 * its end, services refuse to start, whatever their setting.
 */
public final class PartitionExpansion implements AutoCloseable {
    private static final List<TopicRole> NOTIFICATIONS = List.of(
            TopicRole.NOTIFICATIONS,
            TopicRole.MARKED_NOTIFICATIONS,
            TopicRole.LARGE_OBJECTS,
            TopicRole.PAYLOADS,
            TopicRole.ANNOUNCEMENT_RETRIES);

    /** Topics that are of no matter once they are read. They are grown first. */
    private static final List<TopicRole> OF_NO_MATTER = List.of(TopicRole.OBJECTS, TopicRole.RETRACTIONS);

    private static final List<TopicRole> BY_KEY = List.of(TopicRole.SUMMARY_STATUS, TopicRole.LEDGER);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final ReplayTarget target;
    private final Admin admin;
    private final TopicReader reader;
    private final LastRecords records;
    private final int partitions;
    private final RecordMoves moves;

    /** Grows a system's topics to so many partitions. */
    public PartitionExpansion(Settings settings, KafkaClients clients, Time time, int partitions) {
        this(new ReplayTarget(settings, clients, time), partitions);
    }

    /**
     * Grows a system's topics to so many partitions.
     *
     * @param sinkOffsets makes what tells how far the sink has loaded the summary topic
     */
    public PartitionExpansion(
            Settings settings,
            KafkaClients clients,
            Time time,
            int partitions,
            BiFunction<Settings, Admin, ReaderOffsets> sinkOffsets) {
        this(new ReplayTarget(settings, clients, time, sinkOffsets), partitions);
    }

    private PartitionExpansion(ReplayTarget target, int partitions) {
        this.target = target;
        this.partitions = partitions;
        admin = target.admin();
        reader = target.reader();
        records = new LastRecords(target.clients(), target.kafka(), target.time());
        moves = new RecordMoves(target, reader, partitions);
    }

    /**
     * Does it.
     *
     * @param says hears what was done
     * @throws IllegalStateException where something runs, or something is left to be read
     */
    public void run(Consumer<String> says) {
        final Map<String, Set<String>> readers = readers();
        requireNothingRuns(readers.keySet());
        requireChangelogs();
        final Set<String> written = new TreeSet<>(scaled());
        written.addAll(target.names().changelogs());
        final Set<String> fenced = new OpenTransactions(admin, target.time()).end(partitionsOf(written));
        if (!fenced.isEmpty()) {
            says.accept("Aborted transactions that were left open: " + String.join(", ", fenced));
        }
        requireRead(readers, scaled());
        OF_NO_MATTER.forEach(role -> grow(target.topic(role)));
        final Map<String, RecordMoves.Location> moved = locations();
        moved.forEach((topic, location) -> {
            grow(topic);
            says.accept("Moved " + moves.move(partitions(topic), location) + " records of " + topic
                    + " to their new partitions");
        });
        final String reference = target.topic(TopicRole.REFERENCE);
        grow(reference);
        copyToEmpty(reference);
        final Set<String> behindAll = new HashSet<>(moved.keySet());
        behindAll.add(reference);
        // Who wrote meanwhile, in spite of all, is not passed over.
        requireNothingRuns(readers.keySet());
        new OpenTransactions(admin, target.time()).end(partitionsOf(behindAll));
        requireRead(readers, behindAll);
        setOffsets(readers, behindAll);
        // Last: Streams refuses changelogs that have not as many partitions as the topics.
        stores(StateStore.Key.TASK).forEach(store -> grow(target.names().changelog(store)));
        // The bucket goes on sending; what it sends stays where it is, and splitters do not start before this.
        NOTIFICATIONS.forEach(role -> grow(target.topic(role)));
    }

    /** What is moved, and where to. */
    private Map<String, RecordMoves.Location> locations() {
        final RecordMoves.Location byDay = key -> dayOf(key).partition(partitions);
        final RecordMoves.Location byKey = key -> Utils.toPositive(Utils.murmur2(key)) % partitions;
        final RecordMoves.Location byObject = key -> byKey.of(StateStore.objectOf(key));
        final Map<String, RecordMoves.Location> moved = new LinkedHashMap<>();
        moved.put(target.topic(TopicRole.CHUNKS), byDay);
        moved.put(target.topic(TopicRole.SUMMARY), key -> SummaryKey.dayOf(key).partition(partitions));
        BY_KEY.forEach(role -> moved.put(target.topic(role), byKey));
        stores(StateStore.Key.DAY).forEach(store -> moved.put(target.names().changelog(store), byDay));
        stores(StateStore.Key.OBJECT).forEach(store -> moved.put(target.names().changelog(store), byObject));
        return moved;
    }

    private static List<StateStore> stores(StateStore.Key key) {
        return StateStore.withChangelog().stream()
                .filter(store -> store.key() == key)
                .toList();
    }

    /** The day that a key of the chunk topic, or of a store by day, begins with. */
    private static DayKey dayOf(byte[] key) {
        return DayKey.parsePrefix(new String(key, StandardCharsets.UTF_8));
    }

    /** Scaled topics that are read by groups, but for those of notifications: what is left there stays where it is. */
    private Set<String> scaled() {
        return target.settings().topics().all().stream()
                .filter(topic -> topic.scaled() && !NOTIFICATIONS.contains(topic.role()))
                .map(TopicSpec::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<TopicPartition> partitionsOf(Set<String> topics) {
        return topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
    }

    /** The topics that each group reads: those that it has to, whether it did so or not, and those that it has read. */
    private Map<String, Set<String>> readers() {
        final Set<String> ours =
                target.settings().topics().all().stream().map(TopicSpec::name).collect(Collectors.toSet());
        final Map<String, Set<String>> readers = new TreeMap<>();
        target.readers()
                .forEach((group, roles) -> readers.put(
                        group, roles.stream().map(target::topic).collect(Collectors.toCollection(TreeSet::new))));
        for (final GroupListing group : SummaryGroup.get(
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all())) {
            if (group.type().filter(type -> type == GroupType.SHARE).isPresent()) {
                continue;
            }
            final Set<String> read = GroupOffsets.of(admin, group.groupId()).committed().keySet().stream()
                    .map(TopicPartition::topic)
                    .filter(ours::contains)
                    .collect(Collectors.toSet());
            if (!read.isEmpty()) {
                readers.computeIfAbsent(group.groupId(), id -> new TreeSet<>()).addAll(read);
            }
        }
        return readers;
    }

    private void requireChangelogs() {
        final Set<String> missing = new TreeSet<>(target.names().changelogs());
        missing.removeAll(SummaryGroup.get(admin.listTopics().names()));
        if (!missing.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot expand partitions: there are no topics " + missing + ". Has application "
                            + target.application()
                            + " (setting summary.application.id) ever run? A new installation creates its"
                            + " topics with the setting topics.partitions.");
        }
    }

    /**
     * Also no splitter that has not committed yet. Kafka gives a static member that comes back within its session the assignment
     * of before: one that leads its group would not see that there are more partitions.
     */
    private void requireNothingRuns(Set<String> readers) {
        final Duration sessions = target.rememberedFor();
        final Set<String> groups = new TreeSet<>(readers);
        groups.add(target.splitters());
        groups.add(target.largeSplitters());
        for (final String group : groups) {
            new SummaryGroup(admin, target.time(), group).awaitNobody(sessions, target.membersOf(group));
        }
    }

    private void requireRead(Map<String, Set<String>> readers, Set<String> among) {
        final Map<String, List<TopicPartition>> all = new HashMap<>();
        among.forEach(topic -> all.put(topic, partitions(topic)));
        try (ReadCheck check = new ReadCheck(target, partitions)) {
            readers.forEach((group, topics) -> {
                final Map<String, List<TopicPartition>> theirs = new TreeMap<>(all);
                theirs.keySet().retainAll(topics);
                try (ReaderOffsets offsets = target.offsets(admin, group)) {
                    check.require(group, offsets.now(), theirs);
                    requireNothingSetAside(offsets.setAside());
                }
            });
        }
    }

    /** They are tried again by partition, and would be in another. */
    private static void requireNothingSetAside(List<String> days) {
        if (!days.isEmpty()) {
            throw new IllegalStateException("Cannot move records: PostgreSQL has refused " + days.size()
                    + " days, which are not loaded yet (the first is " + days.get(0)
                    + "). Correct what usage-streams status --days shows for them, start the sink, wait until they are"
                    + " loaded, stop it, and run this again.");
        }
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

    /** Each partition has all of it. */
    private void copyToEmpty(String topic) {
        final List<TopicPartition> all = partitions(topic);
        moves.copy(
                all.get(0),
                all.stream()
                        .filter(partition -> records.end(topic, partition.partition()) == 0)
                        .toList());
    }

    /** Behind all that is there: it was read before it was moved, as was just checked. */
    private void setOffsets(Map<String, Set<String>> readers, Set<String> moved) {
        readers.forEach((group, topics) -> {
            final SummaryGroup admitted = new SummaryGroup(admin, target.time(), group);
            final Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            topics.stream().filter(moved::contains).forEach(topic -> admitted.ends(topic, OffsetSpec.latest())
                    .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end))));
            if (!ends.isEmpty()) {
                admitted.set(ends);
            }
        });
    }

    @Override
    public void close() {
        records.close();
        reader.close();
        admin.close();
    }
}
