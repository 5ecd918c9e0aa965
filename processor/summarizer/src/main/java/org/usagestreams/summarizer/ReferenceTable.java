package org.usagestreams.summarizer;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.summarizer.reference.ReferenceJson;

/**
 * Keeps a task's copy of the reference data equal to its partition of the reference topic, which is the store's changelog,
 * and tells what changed.
 */
final class ReferenceTable extends ContextualProcessor<String, byte[], Void, DayEvent> {
    static final String CLUSTER = "cluster";
    static final String ENABLED_KEY = "enabled-key";
    static final String COST_CATEGORY = "cost-category";

    private static final String SEPARATOR = "|";

    private KeyValueStore<String, byte[]> store;

    @Override
    public void init(ProcessorContext<Void, DayEvent> context) {
        super.init(context);
        store = context.getStateStore(Names.REFERENCE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (!isReference(record.key()) || Arrays.equals(store.get(record.key()), record.value())) {
            return;
        }
        store.put(record.key(), record.value());
        context()
                .forward(new Record<>(null, new DayEvent.ReferenceChanged(sourceOf(record.key())), record.timestamp()));
    }

    /** Whether a key is that of reference data. */
    private static boolean isReference(String key) {
        return key != null
                && (key.startsWith(CLUSTER + SEPARATOR)
                        || key.startsWith(ENABLED_KEY + SEPARATOR)
                        || key.startsWith(COST_CATEGORY + SEPARATOR));
    }

    /** The source that reference data of this key is about; null where it is about all. */
    private static String sourceOf(String key) {
        return key.startsWith(CLUSTER + SEPARATOR) ? key.substring((CLUSTER + SEPARATOR).length()) : null;
    }

    /** Marks records of one reference topic with their kind. */
    static final class Kind extends ContextualProcessor<String, byte[], String, byte[]> {
        private final String kind;

        Kind(String kind) {
            this.kind = kind;
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (record.key() != null) {
                context().forward(record.withKey(kind + SEPARATOR + record.key()));
            }
        }
    }

    /** Reads the store. What holds for all sources is kept in memory until it changes. */
    static final class View {
        private final ReadOnlyKeyValueStore<String, byte[]> store;
        private Set<String> keys;
        private List<ReferenceData.CostCategory> categories;

        View(ReadOnlyKeyValueStore<String, byte[]> store) {
            this.store = store;
        }

        /** Reads the store anew the next time. */
        void forget() {
            keys = null;
            categories = null;
        }

        /** Reference data as it holds for a source. */
        ReferenceData of(String source) {
            final byte[] cluster = store.get(CLUSTER + SEPARATOR + ReferenceJson.clusterKey(source));
            if (keys == null) {
                keys = readKeys();
                categories = readCategories();
            }
            return new ReferenceData(
                    Optional.ofNullable(cluster)
                            .flatMap(ReferenceJson::readCluster)
                            .orElse(ReferenceData.Cluster.unknown(source)),
                    keys,
                    categories);
        }

        private Set<String> readKeys() {
            final Set<String> found = new HashSet<>();
            try (KeyValueIterator<String, byte[]> entries = scan(ENABLED_KEY)) {
                entries.forEachRemaining(entry -> found.add(entry.key.substring((ENABLED_KEY + SEPARATOR).length())));
            }
            return Set.copyOf(found);
        }

        private List<ReferenceData.CostCategory> readCategories() {
            // By key, so that the order never depends on the store.
            final TreeMap<String, ReferenceData.CostCategory> found = new TreeMap<>();
            try (KeyValueIterator<String, byte[]> entries = scan(COST_CATEGORY)) {
                entries.forEachRemaining(entry ->
                        ReferenceJson.readCategory(entry.value).ifPresent(category -> found.put(entry.key, category)));
            }
            return List.copyOf(found.values());
        }

        private KeyValueIterator<String, byte[]> scan(String kind) {
            return store.prefixScan(kind + SEPARATOR, new StringSerializer());
        }
    }
}
