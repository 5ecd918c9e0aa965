package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DaySlice;
import org.usagestreams.wire.message.PublishedDay;

/** What the state stores of a topology in Kafka's test driver hold. */
final class TopologyStores {
    private final TopologyTestDriver driver;

    TopologyStores(TopologyTestDriver driver) {
        this.driver = driver;
    }

    /** What the topology says of each day that it published. */
    Map<String, PublishedDay> days() {
        final Map<String, PublishedDay> days = new HashMap<>();
        try (KeyValueIterator<String, byte[]> all = get(Names.DAYS).all()) {
            while (all.hasNext()) {
                final KeyValue<String, byte[]> entry = all.next();
                days.put(entry.key, PublishedDay.parseFrom(entry.value));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        return days;
    }

    /** The days that have rows now; days that were emptied are remembered. */
    Set<String> daysWithRows() {
        final Set<String> days = new TreeSet<>();
        days().forEach((day, published) -> {
            if (published.getRows() > 0) {
                days.add(day);
            }
        });
        return days;
    }

    /** Ids of the slices that each day's rows were derived from. */
    Map<String, Set<String>> liveSlices() {
        final Map<String, Set<String>> live = new HashMap<>();
        try (KeyValueIterator<String, byte[]> all = get(Names.SLICES).all()) {
            while (all.hasNext()) {
                final KeyValue<String, byte[]> entry = all.next();
                final int end = DayKey.parsePrefix(entry.key).toString().length();
                if (DaySlices.isLive(DaySlice.parseFrom(entry.value))) {
                    live.computeIfAbsent(entry.key.substring(0, end), day -> new TreeSet<>())
                            .add(entry.key.substring(end + 1));
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        return live;
    }

    /** A state store, as bytes. */
    KeyValueStore<String, byte[]> get(String name) {
        return driver.getKeyValueStore(name);
    }

    /** The size in bytes of the largest record of each store of our own. */
    Map<String, Integer> largestRecords() {
        final Map<String, Integer> largest = new TreeMap<>();
        for (final String name : List.of(Names.DAYS, Names.SLICES, Names.PUBLISHED, Names.OBJECTS, Names.LEDGER)) {
            try (KeyValueIterator<String, byte[]> all = get(name).all()) {
                all.forEachRemaining(entry -> largest.merge(name, entry.key.length() + entry.value.length, Math::max));
            }
        }
        return largest;
    }

    /** How many objects are remembered, by which version holds and in the ledger. */
    int objects() {
        final Set<String> objects = new TreeSet<>();
        for (final String store : List.of(Names.OBJECTS, Names.LEDGER)) {
            try (KeyValueIterator<String, byte[]> all = get(store).all()) {
                all.forEachRemaining(entry -> objects.add(entry.key.replaceFirst("\0.*$", "")));
            }
        }
        return objects.size();
    }

    /** Keys of the chunk store. */
    Set<String> chunkKeys() {
        final TreeSet<String> keys = new TreeSet<>();
        try (KeyValueIterator<String, byte[]> all = get(Names.CHUNKS).all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }
}
