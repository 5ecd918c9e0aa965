package org.usagestreams.summarizer;

import java.time.YearMonth;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.summarizer.reference.ReferenceJson;
import org.usagestreams.summarizer.reference.ReferenceKey;

/**
 * Keeps a task's copy of the reference data equal to its partition of the reference topic, which is the store's changelog,
 * and tells which days a change may touch. Keys are {@code kind|organisation|name}.
 */
final class ReferenceTable extends ContextualProcessor<String, byte[], Void, DayEvent> {
    static final String CLUSTER = "cluster";
    static final String ENABLED_KEY = "enabled-key";
    static final String COST_CATEGORY = "cost-category";
    static final String TAG_MAPPING = "tag-mapping";

    /** Stands between kind, organisation and name. */
    static final String SEPARATOR = "|";

    private static final Set<String> KINDS = Set.of(CLUSTER, ENABLED_KEY, COST_CATEGORY, TAG_MAPPING);

    private KeyValueStore<String, byte[]> store;

    @Override
    public void init(ProcessorContext<Void, DayEvent> context) {
        super.init(context);
        store = context.getStateStore(Names.REFERENCE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (!isReference(record.key())) {
            return;
        }
        final byte[] before = store.get(record.key());
        if (Arrays.equals(before, record.value())) {
            return;
        }
        store.put(record.key(), record.value());
        scope(record.key(), before, record.value()).ifPresent(scope -> context()
                .forward(new Record<>(null, new DayEvent.ReferenceChanged(scope), record.timestamp())));
    }

    /** Whether a key is that of reference data. */
    private static boolean isReference(String key) {
        final int bar = key == null ? -1 : key.indexOf(SEPARATOR);
        return bar >= 0
                && KINDS.contains(key.substring(0, bar))
                && ReferenceKey.parse(key.substring(bar + 1)).isPresent();
    }

    /** The days that the change may touch; empty where it can touch none. */
    private static Optional<ReferenceScope> scope(String key, byte[] before, byte[] after) {
        final ReferenceKey name =
                ReferenceKey.parse(key.substring(key.indexOf(SEPARATOR) + 1)).orElseThrow();
        if (!key.startsWith(CLUSTER + SEPARATOR)) {
            return Optional.of(new ReferenceScope(name.organisation(), null, null));
        }
        final Cluster unknown = Cluster.unknown(name.name());
        final Cluster old = cluster(before).orElse(unknown);
        final Cluster changed = cluster(after).orElse(unknown);
        if (!sameNames(old, changed)) {
            return Optional.of(new ReferenceScope(name.organisation(), name.name(), null));
        }
        final Set<YearMonth> months = new HashSet<>(old.reportPeriods().keySet());
        months.addAll(changed.reportPeriods().keySet());
        months.removeIf(month -> Objects.equals(
                old.reportPeriods().get(month), changed.reportPeriods().get(month)));
        return months.isEmpty()
                ? Optional.empty()
                : Optional.of(new ReferenceScope(name.organisation(), name.name(), months));
    }

    private static boolean sameNames(Cluster a, Cluster b) {
        return a.id().equals(b.id()) && Optional.ofNullable(a.alias()).equals(Optional.ofNullable(b.alias()));
    }

    private static Optional<Cluster> cluster(byte[] value) {
        return Optional.ofNullable(value).flatMap(ReferenceJson::readCluster);
    }

    /** Reads the store. What holds for all sources of an organisation is kept in memory until something changes. */
    static final class View {
        private final ReadOnlyKeyValueStore<String, byte[]> store;
        private final Map<String, Common> common = new HashMap<>();

        /** What all sources of an organisation have in common. */
        private record Common(
                Set<String> keys, List<ReferenceData.CostCategory> categories, Map<String, String> tagMappings) {}

        View(ReadOnlyKeyValueStore<String, byte[]> store) {
            this.store = store;
        }

        /** Reads the store anew the next time. */
        void forget() {
            common.clear();
        }

        /**
         * Reference data as it holds for an organisation's source: the organisation's own, and what holds for every one.
         * Where both name the same thing, the organisation's own wins.
         */
        ReferenceData of(String organisation, String source) {
            final Common all = common.computeIfAbsent(organisation, this::read);
            return new ReferenceData(
                    cluster(organisation, source).or(() -> cluster("", source)).orElse(Cluster.unknown(source)),
                    all.keys(),
                    all.categories(),
                    all.tagMappings());
        }

        private Common read(String organisation) {
            final Set<String> keys = new HashSet<>();
            scan(ENABLED_KEY, organisation, (key, value) -> keys.add(key));
            // By name, so that the order never depends on the store.
            final TreeMap<String, ReferenceData.CostCategory> categories = new TreeMap<>();
            scan(COST_CATEGORY, organisation, (name, value) -> ReferenceJson.readCategory(value)
                    .ifPresent(category -> categories.put(name, category)));
            final Map<String, String> mappings = new HashMap<>();
            scan(TAG_MAPPING, organisation, (child, value) -> ReferenceJson.readTagMapping(value)
                    .ifPresent(parent -> mappings.put(child, parent)));
            return new Common(Set.copyOf(keys), List.copyOf(categories.values()), Map.copyOf(mappings));
        }

        private Optional<Cluster> cluster(String organisation, String source) {
            return ReferenceTable.cluster(store.get(CLUSTER + SEPARATOR + ReferenceKey.cluster(organisation, source)));
        }

        /** What holds for every organisation first. */
        private void scan(String kind, String organisation, BiConsumer<String, byte[]> action) {
            scan(kind + SEPARATOR + new ReferenceKey("", ""), action);
            if (!organisation.isEmpty()) {
                scan(kind + SEPARATOR + new ReferenceKey(organisation, ""), action);
            }
        }

        private void scan(String prefix, BiConsumer<String, byte[]> action) {
            try (KeyValueIterator<String, byte[]> found = store.prefixScan(prefix, new StringSerializer())) {
                found.forEachRemaining(entry -> action.accept(entry.key.substring(prefix.length()), entry.value));
            }
        }
    }
}
