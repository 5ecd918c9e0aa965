package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Values of a store that are messages of Protocol Buffers. Null stays null. Thread-safe.
 *
 * @param <M> the message
 */
final class ProtobufSerde<M extends MessageLite> implements Serde<M> {
    private final Parser<M> parser;

    ProtobufSerde(Parser<M> parser) {
        this.parser = parser;
    }

    @Override
    public Serializer<M> serializer() {
        return (topic, message) -> message == null ? null : message.toByteArray();
    }

    /** A deserializer that throws {@link CorruptRecordException} at what is no such message. */
    @Override
    public Deserializer<M> deserializer() {
        return (topic, bytes) -> {
            try {
                return bytes == null ? null : parser.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new CorruptRecordException("Cannot read a value of the store behind " + topic + ": "
                        + e.getMessage() + ". Restore the store: stop the instance and delete its state directory.");
            }
        };
    }
}
