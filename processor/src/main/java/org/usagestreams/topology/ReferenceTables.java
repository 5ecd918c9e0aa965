package org.usagestreams.topology;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.summary.ReferenceData;

/** Reference data from the global stores, and whether it changed since a day was summarised. */
final class ReferenceTables {
    private static final XXHash64 DIGEST = XXHashFactory.fastestInstance().hash64();

    private final ReadOnlyKeyValueStore<String, byte[]> clusters;
    private final ReadOnlyKeyValueStore<String, byte[]> enabledKeys;
    private final ReadOnlyKeyValueStore<String, byte[]> costCategories;

    ReferenceTables(ProcessorContext<?, ?> context) {
        clusters = context.getStateStore(Names.CLUSTERS);
        enabledKeys = context.getStateStore(Names.ENABLED_KEYS);
        costCategories = context.getStateStore(Names.COST_CATEGORIES);
    }

    /** Reference data as it holds for a source. */
    ReferenceData of(String source) {
        final byte[] cluster = clusters.get(ReferenceJson.clusterKey(source));
        final Set<String> keys = new HashSet<>();
        try (KeyValueIterator<String, byte[]> all = enabledKeys.all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        final TreeMap<String, ReferenceData.CostCategory> categories = new TreeMap<>();
        try (KeyValueIterator<String, byte[]> all = costCategories.all()) {
            while (all.hasNext()) {
                final KeyValue<String, byte[]> entry = all.next();
                ReferenceJson.readCategory(entry.value).ifPresent(category -> categories.put(entry.key, category));
            }
        }
        return new ReferenceData(
                (cluster == null
                                ? java.util.Optional.<ReferenceData.Cluster>empty()
                                : ReferenceJson.readCluster(cluster))
                        .orElse(ReferenceData.Cluster.unknown(source)),
                keys,
                java.util.List.copyOf(categories.values()));
    }

    /** Equal for equal reference data. */
    static long digest(ReferenceData reference) {
        final StringBuilder text = new StringBuilder();
        text.append(reference.cluster().id())
                .append('\0')
                .append(Objects.toString(reference.cluster().alias(), "\0"))
                .append('\0')
                .append(reference.cluster().reportPeriodId());
        new TreeSet<>(reference.enabledKeys()).forEach(key -> text.append('\0').append(key));
        text.append('\0');
        reference.categories().forEach(c -> text.append('\0').append(ReferenceJson.categoryKey(c)));
        return digest(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Digest of bytes, as it is kept of what was published. */
    static long digest(byte[] bytes) {
        return DIGEST.hash(bytes, 0, bytes.length, 0);
    }

    /** Counts the changes of reference data, so that tasks need look only when there was one. Thread-safe. */
    static final class Revision {
        private final AtomicLong changes = new AtomicLong();

        long get() {
            return changes.get();
        }
    }

    /** Keeps a global store equal to its topic. */
    static final class Update extends ContextualProcessor<String, byte[], Void, Void> {
        private final String storeName;
        private final Revision revision;
        private KeyValueStore<String, byte[]> store;

        Update(String storeName, Revision revision) {
            this.storeName = storeName;
            this.revision = revision;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            super.init(context);
            store = context.getStateStore(storeName);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (record.key() != null) {
                store.put(record.key(), record.value());
                revision.changes.incrementAndGet();
            }
        }
    }
}
