package org.usagestreams.summarizer;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DirtyDay;
import org.usagestreams.wire.message.Reading;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * The topology, in three parts.
 *
 * <p>By day: the chunk topic is read into the chunk store, dirty days are summarised, rows that changed are published; retractions become
 * tombstones on the chunk topic. By object: which version holds, and on which dates; versions that no longer hold are retracted; and the
 * ledger is kept. Reference data: each record goes to every partition, so that it reaches all days.
 */
public final class SummaryTopology {
    private final TopicCatalog topics;
    private final TopologySettings settings;
    private final InstanceWork work;
    private final ReadProgress progress;
    private final boolean shadow;
    private final Function<String, KeyValueBytesStoreSupplier> stores;

    /**
     * A topology on these topics, with its stores on disk.
     *
     * @param work what the tasks of the instance share
     * @param shadow whether another application does the work, and this one only shows what it would publish
     */
    SummaryTopology(
            TopicCatalog topics, TopologySettings settings, InstanceWork work, ReadProgress progress, boolean shadow) {
        this(topics, settings, work, progress, shadow, Stores::persistentKeyValueStore);
    }

    /**
     * A topology on these topics.
     *
     * @param stores makes the store of a name; a test of many topologies keeps them in memory
     */
    SummaryTopology(
            TopicCatalog topics,
            TopologySettings settings,
            InstanceWork work,
            ReadProgress progress,
            boolean shadow,
            Function<String, KeyValueBytesStoreSupplier> stores) {
        this.topics = topics;
        this.settings = settings;
        this.work = work;
        this.progress = progress;
        this.shadow = shadow;
        this.stores = stores;
    }

    /**
     * Adds the processors, stores and topics to an empty topology, so that a test can record how they are wired.
     *
     * @param time measures how long work takes
     * @param progress what the broker knows of the group that runs the topology
     * @param shadow whether another application does the work, and this one only shows what it would publish
     */
    public static void fill(
            Topology topology,
            TopicCatalog topics,
            TopologySettings settings,
            Time time,
            ReadProgress progress,
            boolean shadow) {
        new SummaryTopology(topics, settings, new InstanceWork(time, settings.pacing()), progress, shadow)
                .fill(topology);
    }

    /** Wires processors, stores and topics, each with a name of its own. */
    public Topology build() {
        return fill(new Topology());
    }

    private Topology fill(Topology topology) {
        addTables(topology);
        if (shadow) {
            addDays(topology, Names.CHUNK_TABLE, Names.REFERENCE_TABLE);
            return topology;
        }
        addOrders(topology);
        addDays(topology, Names.CHUNK_TABLE, Names.REFERENCE_TABLE, Names.RETRACT);
        addDayNews(topology);
        addObjects(topology);
        addReference(topology);
        return topology;
    }

    private void addTables(Topology topology) {
        topology.addReadOnlyStateStore(
                store(Names.CHUNKS),
                Names.CHUNK_SOURCE,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                topics.name(TopicRole.CHUNKS),
                Names.CHUNK_TABLE,
                keeping(() -> new ChunkTable(progress)));
        topology.addReadOnlyStateStore(
                store(Names.REFERENCE),
                Names.REFERENCE_SOURCE,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                topics.name(TopicRole.REFERENCE),
                Names.REFERENCE_TABLE,
                keeping(ReferenceTable::new));
    }

    /** What days are told from outside. */
    private void addOrders(Topology topology) {
        topology.addSource(
                Names.RETRACTION_SOURCE,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                topics.name(TopicRole.RETRACTIONS));
        topology.addProcessor(Names.RETRACT, () -> new DayCommands(settings, work.counts()), Names.RETRACTION_SOURCE);
        topology.connectProcessorAndStateStores(Names.RETRACT, Names.CHUNKS);
        addForeignSink(topology, Names.FOREIGN_COMMAND_SINK, Names.RETRACT);
    }

    /** Dead letters about records of a topic that cannot be parsed. */
    private void addForeignSink(Topology topology, String name, String... parents) {
        topology.addSink(
                name, topics.name(TopicRole.DEAD_LETTERS), new StringSerializer(), new ByteArraySerializer(), parents);
    }

    private void addDays(Topology topology, String... parents) {
        topology.addProcessor(Names.DAY_SUMMARY, () -> new DaySummaries(settings, work, progress, shadow), parents);
        topology.connectProcessorAndStateStores(Names.DAY_SUMMARY, Names.CHUNKS, Names.REFERENCE);
        topology.addStateStore(store(Names.DAYS), Names.DAY_SUMMARY);
        topology.addStateStore(store(Names.PUBLISHED), Names.DAY_SUMMARY);
        topology.addStateStore(store(Names.SLICES), Names.DAY_SUMMARY);
        if (!shadow) {
            topology.connectProcessorAndStateStores(Names.RETRACT, Names.DAYS, Names.PUBLISHED);
        }
        topology.addStateStore(
                store(Names.READING, new ProtobufSerde<>(Reading.parser())), Names.CHUNK_TABLE, Names.DAY_SUMMARY);
        topology.addStateStore(store(Names.DIRTY, new ProtobufSerde<>(DirtyDay.parser())), Names.DAY_SUMMARY);
        topology.addSink(
                Names.SUMMARY_SINK,
                topics.name(TopicRole.SUMMARY),
                (topic, key) -> key.bytes(),
                new ByteArraySerializer(),
                // A day's rows and its marker keep their order only within a partition.
                KeyPartitioner.<SummaryKey>one((key, partitions) -> key.day().partition(partitions)),
                Names.DAY_SUMMARY);
        topology.addSink(
                Names.STATUS_SINK,
                topics.name(TopicRole.SUMMARY_STATUS),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Names.DAY_SUMMARY);
    }

    /** What days tell others. */
    private void addDayNews(Topology topology) {
        topology.addSink(
                Names.OBJECT_SINK,
                topics.name(TopicRole.OBJECTS),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Names.DAY_SUMMARY);
        topology.addSink(
                Names.TOMBSTONE_SINK,
                topics.name(TopicRole.CHUNKS),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                byDayOfChunk((byte[] key) -> key),
                Names.DAY_SUMMARY);
        topology.addSink(
                Names.RETRACTED_SINK,
                topics.name(TopicRole.CHUNKS),
                new StringSerializer(),
                new ByteArraySerializer(),
                byDayOfChunk((String key) -> key.getBytes(StandardCharsets.UTF_8)),
                Names.RETRACT);
        topology.addSink(
                Names.DEAD_LETTER_SINK,
                topics.name(TopicRole.DEAD_LETTERS),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Names.DAY_SUMMARY);
    }

    private void addObjects(Topology topology) {
        topology.addSource(
                Names.OBJECT_SOURCE,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                topics.name(TopicRole.OBJECTS));
        topology.addProcessor(Names.OBJECT_FACTS, () -> new ObjectFactReader(work.counts()), Names.OBJECT_SOURCE);
        addForeignSink(topology, Names.FOREIGN_OBJECT_SINK, Names.OBJECT_FACTS);
        topology.addProcessor(Names.OBJECT_VERSIONS, () -> new ObjectVersions(settings, work), Names.OBJECT_FACTS);
        topology.addStateStore(store(Names.OBJECTS), Names.OBJECT_VERSIONS);
        topology.addProcessor(Names.LEDGER_PROCESSOR, () -> new Ledger(settings, work), Names.OBJECT_FACTS);
        topology.addStateStore(store(Names.LEDGER), Names.LEDGER_PROCESSOR);
        topology.addSink(
                Names.LEDGER_SINK,
                topics.name(TopicRole.LEDGER),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Names.LEDGER_PROCESSOR);
        topology.addSink(
                Names.SETTLED_LETTER_SINK,
                topics.name(TopicRole.DEAD_LETTERS),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Names.LEDGER_PROCESSOR);
        topology.addSink(
                Names.NOTIFICATION_SINK,
                topics.name(TopicRole.MARKED_NOTIFICATIONS),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Names.LEDGER_PROCESSOR);
        topology.addSink(
                Names.RETRACTION_SINK,
                topics.name(TopicRole.RETRACTIONS),
                new StringSerializer(),
                new ByteArraySerializer(),
                KeyPartitioner.<String>one(
                        (key, partitions) -> DayKey.parse(key).partition(partitions)),
                Names.OBJECT_VERSIONS);
    }

    private void addReference(Topology topology) {
        addReference(topology, Names.CLUSTER_SOURCE, TopicRole.CLUSTERS, ReferenceTable.CLUSTER);
        addReference(topology, Names.ENABLED_KEY_SOURCE, TopicRole.ENABLED_KEYS, ReferenceTable.ENABLED_KEY);
        addReference(topology, Names.COST_CATEGORY_SOURCE, TopicRole.COST_CATEGORIES, ReferenceTable.COST_CATEGORY);
        addReference(topology, Names.TAG_MAPPING_SOURCE, TopicRole.TAG_MAPPINGS, ReferenceTable.TAG_MAPPING);
        topology.addSink(
                Names.REFERENCE_SINK,
                topics.name(TopicRole.REFERENCE),
                new StringSerializer(),
                new ByteArraySerializer(),
                KeyPartitioner.<String>all(),
                ReferenceTable.CLUSTER,
                ReferenceTable.ENABLED_KEY,
                ReferenceTable.COST_CATEGORY,
                ReferenceTable.TAG_MAPPING);
        addForeignSink(
                topology,
                Names.FOREIGN_REFERENCE_SINK,
                ReferenceTable.CLUSTER,
                ReferenceTable.ENABLED_KEY,
                ReferenceTable.COST_CATEGORY,
                ReferenceTable.TAG_MAPPING);
    }

    /** The processor is named after the kind of its records, which their keys begin with from there on. */
    private void addReference(Topology topology, String source, TopicRole role, String kind) {
        topology.addSource(source, new StringDeserializer(), new ByteArrayDeserializer(), topics.name(role));
        topology.addProcessor(kind, () -> new ReferenceRecords(kind, work.counts()), source);
    }

    /**
     * Streams declares that who keeps a read-only store forwards nothing; the processor's children are added like any
     * other's, so only the declared types stand in the way.
     */
    @SuppressWarnings("unchecked")
    private static ProcessorSupplier<String, byte[], Void, Void> keeping(
            ProcessorSupplier<String, byte[], Void, DayEvent> supplier) {
        final ProcessorSupplier<String, byte[], ?, ?> any = supplier;
        return (ProcessorSupplier<String, byte[], Void, Void>) any;
    }

    private StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return store(name, Serdes.ByteArray());
    }

    private <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(stores.apply(name), Serdes.String(), values);
    }

    private static <K> KeyPartitioner<K> byDayOfChunk(Function<K, byte[]> bytes) {
        return KeyPartitioner.one((key, partitions) -> partitionOf(bytes.apply(key), partitions));
    }

    /** The partition of a tombstone on the chunk topic, for whatever lies there of a day. */
    static int partitionOf(byte[] chunkKey, int partitions) {
        return ChunkKey.dayOf(new String(chunkKey, StandardCharsets.UTF_8)).partition(partitions);
    }
}
