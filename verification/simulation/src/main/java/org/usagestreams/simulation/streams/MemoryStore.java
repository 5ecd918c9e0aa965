package org.usagestreams.simulation.streams;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A key-value store in memory, of values as their serde writes them. Iterators show the store as it was when they were made, as RocksDB's
 * do. What it holds lives in a map of the task's state directory, so it outlives the store.
 */
final class MemoryStore<V> implements KeyValueStore<String, V> {
    private final String name;
    private final Serde<V> values;
    private final NavigableMap<String, byte[]> entries;
    private final Log log;
    private final Cost cost;

    /** Takes each change, null for a removal; may refuse by an exception. */
    interface Log {
        void append(String key, byte[] value);
    }

    /** Is called for each access, so that time passes. */
    interface Cost {
        void accessed(String store);
    }

    MemoryStore(String name, Serde<V> values, NavigableMap<String, byte[]> entries, Log log, Cost cost) {
        this.name = name;
        this.values = values;
        this.entries = entries;
        this.log = log;
        this.cost = cost;
    }

    @Override
    public void put(String key, V value) {
        final byte[] bytes = value == null ? null : values.serializer().serialize(null, value);
        if (bytes == null) {
            entries.remove(key);
        } else {
            entries.put(key, bytes);
        }
        log.append(key, bytes);
    }

    private V read(byte[] bytes) {
        return bytes == null ? null : values.deserializer().deserialize(null, bytes);
    }

    @Override
    public V putIfAbsent(String key, V value) {
        final V held = get(key);
        if (held == null) {
            put(key, value);
        }
        return held;
    }

    @Override
    public void putAll(List<KeyValue<String, V>> all) {
        all.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public V delete(String key) {
        final V held = get(key);
        put(key, null);
        return held;
    }

    @Override
    public V get(String key) {
        return read(entries.get(key));
    }

    @Override
    public KeyValueIterator<String, V> range(String from, String to) {
        NavigableMap<String, byte[]> some = entries;
        if (from != null) {
            some = some.tailMap(from, true);
        }
        if (to != null) {
            some = some.headMap(to, true);
        }
        return new Snapshot(some);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return new Snapshot(entries);
    }

    @Override
    public <P extends Serializer<Q>, Q> KeyValueIterator<String, V> prefixScan(Q prefix, P serializer) {
        cost.accessed(name);
        final String first = new String(serializer.serialize(null, prefix), StandardCharsets.UTF_8);
        return new Snapshot(entries.subMap(first, true, first + Character.MAX_VALUE, false));
    }

    @Override
    public long approximateNumEntries() {
        return entries.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {}

    @Override
    public void close() {}

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    private final class Snapshot implements KeyValueIterator<String, V> {
        private final Iterator<KeyValue<String, V>> entries;
        private KeyValue<String, V> ahead;

        Snapshot(Map<String, byte[]> live) {
            final List<KeyValue<String, V>> copy = new ArrayList<>(live.size());
            live.forEach((key, value) -> copy.add(KeyValue.pair(key, read(value))));
            entries = copy.iterator();
        }

        @Override
        public boolean hasNext() {
            return ahead != null || entries.hasNext();
        }

        @Override
        public KeyValue<String, V> next() {
            final KeyValue<String, V> next = ahead == null ? entries.next() : ahead;
            ahead = null;
            return next;
        }

        @Override
        public String peekNextKey() {
            if (ahead == null) {
                ahead = entries.next();
            }
            return ahead.key;
        }

        @Override
        public void close() {}
    }

    /** A new map for entries. */
    static NavigableMap<String, byte[]> entries() {
        return new TreeMap<>();
    }
}
