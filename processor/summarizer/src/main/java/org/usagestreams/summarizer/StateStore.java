package org.usagestreams.summarizer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.usagestreams.topics.TopicRole;

/**
 * The registry of the topology's state stores. The topology, replay, the expansion of partitions and the removal of an application all
 * derive what they do with a store from here; a test fails if the topology has a store that is not listed.
 */
public enum StateStore {
    /** Chunks of live slices. Its changelog is the chunk topic itself. */
    CHUNKS(Names.CHUNKS, Key.DAY, TopicRole.CHUNKS, false),
    /** What each day counts, and its revision. */
    DAYS(Names.DAYS, Key.DAY, null, false),
    /** Status of each slice of each day. */
    SLICES(Names.SLICES, Key.DAY, null, false),
    /** Digests of the rows that were published. */
    PUBLISHED(Names.PUBLISHED, Key.DAY, null, false),
    /** Days whose inputs changed since they were last summarised. */
    DIRTY(Names.DIRTY, Key.DAY, null, false),
    /** Versions of each object. They do not depend on how rows are derived. */
    OBJECTS(Names.OBJECTS, Key.OBJECT, null, true),
    /** Facts about each object. They do not depend on how rows are derived. */
    LEDGER(Names.LEDGER, Key.OBJECT, null, true),
    /** All reference data, in each partition. Its changelog is the reference topic itself. */
    REFERENCE(Names.REFERENCE, Key.EVERYWHERE, TopicRole.REFERENCE, false),
    /** How far each task has read the chunk topic. Its one key is the same in all partitions. */
    READING(Names.READING, Key.TASK, null, false);

    /** The part of an entry that determines its partition. */
    public enum Key {
        /** The source and the usage date that the key begins with; see {@link org.usagestreams.wire.chunk.DayKey#partition}. */
        DAY,
        /** The object's name, as Kafka's default partitioner takes its bytes; see {@link #objectOf}. */
        OBJECT,
        /** Nothing: each partition has all entries. */
        EVERYWHERE,
        /** Nothing: each task has entries of its own. */
        TASK
    }

    private final String storeName;
    private final Key key;
    private final TopicRole source;
    private final boolean handedOver;

    StateStore(String storeName, Key key, TopicRole source, boolean handedOver) {
        this.storeName = storeName;
        this.key = key;
        this.source = source;
        this.handedOver = handedOver;
    }

    /** The name in the topology, in metrics and in the changelog's name. It never changes. */
    public String storeName() {
        return storeName;
    }

    /** The part of an entry that determines its partition. */
    public Key key() {
        return key;
    }

    /** The topic that the store is restored from in place of a changelog; empty for a store that has a changelog. */
    public Optional<TopicRole> source() {
        return Optional.ofNullable(source);
    }

    /** Whether a new version of the program takes over the contents as they are when it is promoted. */
    public boolean isHandedOver() {
        return handedOver;
    }

    /** The bytes of the object's name in a key of a store by object: up to the character NUL, which no name has. */
    public static byte[] objectOf(byte[] key) {
        int end = 0;
        while (end < key.length && key[end] != 0) {
            end++;
        }
        return Arrays.copyOf(key, end);
    }

    /** The stores that have a changelog topic. */
    public static List<StateStore> withChangelog() {
        return Stream.of(values()).filter(store -> store.source == null).toList();
    }
}
