package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A state store of protobuf messages under text keys. A Serde does not suffice: it does not get the key, which an error about an unreadable
 * value must name. Used by one stream thread.
 *
 * <p>Every method that reads throws {@link CorruptStateException} if a value cannot be parsed.
 */
final class ProtobufStore<T extends MessageLite> {
    private final KeyValueStore<String, byte[]> store;
    private final Parser<T> parser;
    private final StringSerializer prefixes = new StringSerializer();

    ProtobufStore(KeyValueStore<String, byte[]> store, Parser<T> parser) {
        this.store = store;
        this.parser = parser;
    }

    /** The message under a key; null if there is none. */
    T get(String key) {
        final byte[] value = store.get(key);
        return value == null ? null : parse(key, value);
    }

    void put(String key, T message) {
        store.put(key, message.toByteArray());
    }

    void delete(String key) {
        store.delete(key);
    }

    /** Passes each entry whose key starts with the prefix to the visitor, by ascending key. The visitor must not write. */
    void scan(String prefix, BiConsumer<String, T> visitor) {
        try (KeyValueIterator<String, byte[]> found = store.prefixScan(prefix, prefixes)) {
            while (found.hasNext()) {
                final KeyValue<String, byte[]> entry = found.next();
                visitor.accept(entry.key, parse(entry.key, entry.value));
            }
        }
    }

    /** The keys that start with the prefix, in ascending order. */
    List<String> keys(String prefix) {
        final List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> found = store.prefixScan(prefix, prefixes)) {
            found.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }

    private T parse(String key, byte[] value) {
        return parse(store.name(), key, value, parser);
    }

    /** Parses a value of a store; {@link CorruptStateException} where that is not possible. */
    static <T extends MessageLite> T parse(String store, String key, byte[] value, Parser<T> parser) {
        try {
            return parser.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptStateException(store, key, e);
        }
    }
}
