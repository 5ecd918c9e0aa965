package org.usagestreams.summarizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectLedger;

/**
 * The ledger's entries of each object: a record for each version, so no record grows with the number of versions, and one for the last
 * event that removed the object. Keys are the object's name, the character NUL, which no name has, and the digest of the version's
 * contents; nothing for the record of the removal. Used by one stream thread.
 */
final class LedgerStore {
    private static final String END_OF_NAME = "\0";

    private final KeyValueStore<String, byte[]> store;

    LedgerStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** What is known of an object. */
    ObjectLedger load(String object) {
        final ObjectLedger.Builder ledger = ObjectLedger.newBuilder();
        final List<LedgerEntry> entries = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> found = store.prefixScan(object + END_OF_NAME, new StringSerializer())) {
            found.forEachRemaining(record -> add(record, ledger, entries));
        }
        entries.sort(Comparator.comparing(LedgerEntry::getVersion, Versions.BY_EVENT));
        return ledger.addAllEntries(entries).build();
    }

    private void add(KeyValue<String, byte[]> record, ObjectLedger.Builder ledger, List<LedgerEntry> entries) {
        if (record.key.endsWith(END_OF_NAME)) {
            ledger.mergeFrom(ProtobufStore.parse(store.name(), record.key, record.value, ObjectLedger.parser()));
        } else {
            entries.add(ProtobufStore.parse(store.name(), record.key, record.value, LedgerEntry.parser()));
        }
    }

    /** Writes what differs. */
    void save(String object, ObjectLedger before, ObjectLedger after) {
        final Map<String, LedgerEntry> earlier = new HashMap<>();
        before.getEntriesList().forEach(entry -> earlier.put(key(object, entry), entry));
        for (final LedgerEntry entry : after.getEntriesList()) {
            final String key = key(object, entry);
            if (!entry.equals(earlier.remove(key))) {
                store.put(key, entry.toByteArray());
            }
        }
        earlier.keySet().forEach(store::delete);
        final ObjectLedger gone = after.toBuilder().clearEntries().build();
        if (!gone.equals(before.toBuilder().clearEntries().build())) {
            store.put(object + END_OF_NAME, gone.toByteArray());
        }
    }

    private static String key(String object, LedgerEntry entry) {
        return object + END_OF_NAME + Versions.contentsId(entry.getVersion());
    }

    /** The name of the object that a key belongs to. */
    static String objectOf(String key) {
        return key.substring(0, key.indexOf(END_OF_NAME));
    }
}
