package org.usagestreams.simulation.streams;

import java.lang.reflect.Field;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A topology that remembers how it is wired, suppliers and partitioners included, which Kafka Streams keeps to itself. It
 * knows the methods that the summary's topology uses; a test compares what it remembers with {@link #describe()}.
 */
public final class RecordingTopology extends Topology {
    private static final String VALUE_SERDE = "valueSerde";

    private final Wiring.Builder wiring = new Wiring.Builder();

    /** What was wired so far. */
    public Wiring wiring() {
        return wiring.build();
    }

    /** Kafka Streams keeps the serdes of a store to itself. */
    private static Serde<?> valueSerde(StoreBuilder<?> store) {
        Class<?> type = store.getClass();
        while (type != null) {
            try {
                final Field serde = type.getDeclaredField(VALUE_SERDE);
                serde.setAccessible(true);
                return (Serde<?>) serde.get(store);
            } catch (NoSuchFieldException e) {
                type = type.getSuperclass();
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("Cannot read " + VALUE_SERDE + " of store " + store.name(), e);
            }
        }
        throw new IllegalStateException("Cannot find " + VALUE_SERDE + " of store " + store.name());
    }

    @Override
    public synchronized <K, V> Topology addSource(
            String name, Deserializer<K> keyDeserializer, Deserializer<V> valueDeserializer, String... topics) {
        wiring.source(name, keyDeserializer, valueDeserializer, topics);
        return super.addSource(name, keyDeserializer, valueDeserializer, topics);
    }

    @Override
    public synchronized <K, V> Topology addSink(
            String name,
            String topic,
            Serializer<K> keySerializer,
            Serializer<V> valueSerializer,
            String... parentNames) {
        wiring.sink(name, topic, keySerializer, valueSerializer, null, parentNames);
        return super.addSink(name, topic, keySerializer, valueSerializer, parentNames);
    }

    @Override
    public synchronized <K, V> Topology addSink(
            String name,
            String topic,
            Serializer<K> keySerializer,
            Serializer<V> valueSerializer,
            StreamPartitioner<? super K, ? super V> partitioner,
            String... parentNames) {
        wiring.sink(name, topic, keySerializer, valueSerializer, partitioner, parentNames);
        return super.addSink(name, topic, keySerializer, valueSerializer, partitioner, parentNames);
    }

    @Override
    public synchronized <A, B, C, D> Topology addProcessor(
            String name, ProcessorSupplier<A, B, C, D> supplier, String... parentNames) {
        wiring.processor(name, supplier, parentNames);
        if (supplier.stores() != null) {
            supplier.stores().forEach(store -> {
                wiring.store(store.name(), valueSerde(store), null);
                wiring.use(name, store.name());
            });
        }
        return super.addProcessor(name, supplier, parentNames);
    }

    @Override
    public synchronized <S extends StateStore> Topology addStateStore(
            StoreBuilder<S> storeBuilder, String... processorNames) {
        wiring.store(storeBuilder.name(), valueSerde(storeBuilder), null);
        for (final String processor : processorNames) {
            wiring.use(processor, storeBuilder.name());
        }
        return super.addStateStore(storeBuilder, processorNames);
    }

    @Override
    public synchronized <K, V, S extends StateStore> Topology addReadOnlyStateStore(
            StoreBuilder<S> storeBuilder,
            String sourceName,
            Deserializer<K> keyDeserializer,
            Deserializer<V> valueDeserializer,
            String topic,
            String processorName,
            ProcessorSupplier<K, V, Void, Void> stateUpdateSupplier) {
        wiring.source(sourceName, keyDeserializer, valueDeserializer, topic);
        wiring.processor(processorName, stateUpdateSupplier, sourceName);
        wiring.store(storeBuilder.name(), valueSerde(storeBuilder), topic);
        wiring.use(processorName, storeBuilder.name());
        return super.addReadOnlyStateStore(
                storeBuilder,
                sourceName,
                keyDeserializer,
                valueDeserializer,
                topic,
                processorName,
                stateUpdateSupplier);
    }

    @Override
    public synchronized Topology connectProcessorAndStateStores(String processorName, String... stateStoreNames) {
        wiring.use(processorName, stateStoreNames);
        return super.connectProcessorAndStateStores(processorName, stateStoreNames);
    }
}
