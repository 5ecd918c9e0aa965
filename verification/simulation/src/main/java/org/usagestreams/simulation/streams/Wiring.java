package org.usagestreams.simulation.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * How a topology is wired: its sub-topologies with their sources, processors, stores and sinks, in the order in which they
 * were added. Immutable.
 *
 * @param parts the sub-topologies
 */
public record Wiring(List<Part> parts) {
    /**
     * A node that reads topics.
     *
     * @param children names of the nodes that its records go to
     */
    public record Source(
            String name, Set<String> topics, Deserializer<?> keys, Deserializer<?> values, Set<String> children) {}

    /**
     * A node with a processor.
     *
     * @param stores names of the stores that it may use
     */
    public record Processor(
            String name, ProcessorSupplier<?, ?, ?, ?> supplier, Set<String> stores, Set<String> children) {}

    /**
     * A node that writes a topic.
     *
     * @param partitioner null for the producer's
     */
    public record Sink(
            String name, String topic, Serializer<?> keys, Serializer<?> values, StreamPartitioner<?, ?> partitioner) {}

    /**
     * A store.
     *
     * @param values writes and reads its values; keys are text
     * @param source the topic that is its changelog; null if it has a changelog of its own
     */
    public record Store(String name, Serde<?> values, String source) {}

    /** A sub-topology: what is connected by nodes or stores. Maps are by name. */
    public record Part(
            int id,
            Map<String, Source> sources,
            Map<String, Processor> processors,
            Map<String, Sink> sinks,
            Map<String, Store> stores) {
        /** Topics that its tasks read. */
        public Set<String> topics() {
            final Set<String> topics = new TreeSet<>();
            sources.values().forEach(source -> topics.addAll(source.topics()));
            return topics;
        }
    }

    /** All topics that are read. */
    public Set<String> topics() {
        final Set<String> topics = new TreeSet<>();
        parts.forEach(part -> topics.addAll(part.topics()));
        return topics;
    }

    /** Collects nodes and connections in the order in which a topology adds them. */
    static final class Builder {
        private final Map<String, Source> sources = new LinkedHashMap<>();
        private final Map<String, Processor> processors = new LinkedHashMap<>();
        private final Map<String, Sink> sinks = new LinkedHashMap<>();
        private final Map<String, Store> stores = new LinkedHashMap<>();

        void source(String name, Deserializer<?> keys, Deserializer<?> values, String... topics) {
            sources.put(name, new Source(name, Set.of(topics), keys, values, new LinkedHashSet<>()));
        }

        void processor(String name, ProcessorSupplier<?, ?, ?, ?> supplier, String... parents) {
            processors.put(name, new Processor(name, supplier, new LinkedHashSet<>(), new LinkedHashSet<>()));
            connect(name, parents);
        }

        void sink(
                String name,
                String topic,
                Serializer<?> keys,
                Serializer<?> values,
                StreamPartitioner<?, ?> partitioner,
                String... parents) {
            sinks.put(name, new Sink(name, topic, keys, values, partitioner));
            connect(name, parents);
        }

        void store(String name, Serde<?> values, String source) {
            stores.put(name, new Store(name, values, source));
        }

        void use(String processor, String... names) {
            processors.get(processor).stores().addAll(List.of(names));
        }

        private void connect(String child, String... parents) {
            for (final String parent : parents) {
                final Source source = sources.get(parent);
                (source == null ? processors.get(parent).children() : source.children()).add(child);
            }
        }

        Wiring build() {
            final List<Set<String>> groups = new ArrayList<>();
            sources.values().forEach(source -> join(groups, source.name(), source.children()));
            processors.values().forEach(processor -> {
                join(groups, processor.name(), processor.children());
                processor.stores().forEach(store -> join(groups, processor.name(), Set.of("store:" + store)));
            });
            final List<Part> parts = new ArrayList<>();
            for (final String source : sources.keySet()) {
                groups.stream()
                        .filter(group -> group.contains(source))
                        .findFirst()
                        .ifPresent(group -> {
                            groups.remove(group);
                            parts.add(part(parts.size(), group));
                        });
            }
            return new Wiring(List.copyOf(parts));
        }

        private static void join(List<Set<String>> groups, String one, Collection<String> others) {
            final Set<String> joined = new LinkedHashSet<>(others);
            joined.add(one);
            groups.removeIf(group -> {
                final boolean meets = group.stream().anyMatch(joined::contains);
                if (meets) {
                    joined.addAll(group);
                }
                return meets;
            });
            groups.add(joined);
        }

        private Part part(int id, Set<String> group) {
            return new Part(
                    id,
                    of(sources, group, ""),
                    of(processors, group, ""),
                    of(sinks, group, ""),
                    of(stores, group, "store:"));
        }

        private static <T> Map<String, T> of(Map<String, T> all, Set<String> group, String prefix) {
            final Map<String, T> some = new LinkedHashMap<>(all);
            some.keySet().removeIf(name -> !group.contains(prefix + name));
            return some;
        }
    }
}
