package org.usagestreams.summarizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.reference.ReferenceKind;
import org.usagestreams.reference.ReferenceScope;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.rules.ReferenceData.Cluster;

/**
 * Keeps a task's copy of the reference data equal to its partition of the reference topic, which is the store's changelog, and finds the
 * days that a change may affect. Keys are {@code kind|organisation|name}.
 */
final class ReferenceTable extends ContextualProcessor<String, byte[], Void, DayEvent> {
    static final String CLUSTER = ReferenceKind.CLUSTER.text();
    static final String ENABLED_KEY = ReferenceKind.ENABLED_KEY.text();
    static final String COST_CATEGORY = ReferenceKind.COST_CATEGORY.text();
    static final String TAG_MAPPING = ReferenceKind.TAG_MAPPING.text();

    /** Stands between kind, organisation and name. */
    static final String SEPARATOR = "|";

    /** The kinds by their texts. */
    static final Map<String, ReferenceKind> KINDS = Stream.of(ReferenceKind.values())
            .collect(Collectors.toUnmodifiableMap(ReferenceKind::text, Function.identity()));

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
                && KINDS.containsKey(key.substring(0, bar))
                && ReferenceKey.parse(key.substring(bar + 1)).isPresent();
    }

    /** The days that the change may touch; empty if it can touch none. */
    private static Optional<ReferenceScope> scope(String key, byte[] before, byte[] after) {
        final int bar = key.indexOf(SEPARATOR);
        final ReferenceKey name = ReferenceKey.parse(key.substring(bar + 1)).orElseThrow();
        return ReferenceScope.of(KINDS.get(key.substring(0, bar)), name, before, after);
    }

    /** Reads the store. Data that applies to all sources of an organisation is kept in memory until something changes. */
    static final class View {
        private final ReadOnlyKeyValueStore<String, byte[]> store;
        private final Map<String, Common> common = new HashMap<>();

        /** What all sources of an organisation have in common. */
        private record Common(
                Set<String> keys,
                SortedMap<String, ReferenceData.CostCategory> categoriesByName,
                List<ReferenceData.CostCategory> categories,
                Map<String, String> tagMappings) {
            static final Common NOTHING =
                    new Common(Set.of(ReferenceData.ALWAYS_ENABLED), new TreeMap<>(), List.of(), Map.of());
        }

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
            final Common all = common(organisation);
            return new ReferenceData(
                    cluster(organisation, source).or(() -> cluster("", source)).orElse(Cluster.unknown(source)),
                    all.keys(),
                    all.categories(),
                    all.tagMappings());
        }

        /** What is kept of an organisation's source. */
        ClusterRetention retention(String organisation, String source) {
            return value(organisation, source)
                    .or(() -> value("", source))
                    .map(ReferenceJson::readRetention)
                    .orElse(ClusterRetention.UNKNOWN);
        }

        private Common common(String organisation) {
            Common found = common.get(organisation);
            if (found == null) {
                found = read(organisation, organisation.isEmpty() ? Common.NOTHING : common(""));
                common.put(organisation, found);
            }
            return found;
        }

        /**
         * Reads what an organisation has of its own.
         *
         * @param every what holds for every organisation; organisations without anything of their own share it, since there
         *     can be thousands
         */
        private Common read(String organisation, Common every) {
            final Set<String> keys = new HashSet<>();
            scan(ENABLED_KEY, organisation, (key, value) -> keys.add(key));
            // By name, so that the order never depends on the store.
            final TreeMap<String, ReferenceData.CostCategory> categories = new TreeMap<>();
            scan(COST_CATEGORY, organisation, (name, value) -> ReferenceJson.readCategory(value)
                    .ifPresent(category -> categories.put(name, category)));
            final Map<String, String> mappings = new HashMap<>();
            scan(TAG_MAPPING, organisation, (child, value) -> ReferenceJson.readTagMapping(value)
                    .ifPresent(parent -> mappings.put(child, parent)));
            if (keys.isEmpty() && categories.isEmpty() && mappings.isEmpty()) {
                return every;
            }
            keys.addAll(every.keys());
            every.categoriesByName().forEach(categories::putIfAbsent);
            every.tagMappings().forEach(mappings::putIfAbsent);
            return new Common(Set.copyOf(keys), categories, List.copyOf(categories.values()), Map.copyOf(mappings));
        }

        private Optional<Cluster> cluster(String organisation, String source) {
            return value(organisation, source).flatMap(ReferenceJson::readCluster);
        }

        private Optional<byte[]> value(String organisation, String source) {
            return Optional.ofNullable(store.get(CLUSTER + SEPARATOR + ReferenceKey.cluster(organisation, source)));
        }

        private void scan(String kind, String organisation, BiConsumer<String, byte[]> action) {
            final String prefix = kind + SEPARATOR + new ReferenceKey(organisation, "");
            try (KeyValueIterator<String, byte[]> found = store.prefixScan(prefix, new StringSerializer())) {
                found.forEachRemaining(entry -> action.accept(entry.key.substring(prefix.length()), entry.value));
            }
        }
    }
}
