package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.usagestreams.wire.message.SliceEnd;

/**
 * A tombstone for the chunk topic. The tombstone of a slice's end carries that end in the header {@value #HEADER}: the topic
 * is compacted, so a task that restores its chunk store may find the tombstone and no longer what it removed, and a key names
 * object and version by digests only.
 *
 * @param key of the record that it removes
 * @param end value of the slice's end that it removes; null for a chunk
 */
record ChunkTombstone(String key, byte[] end) {
    /** Name of the header. */
    static final String HEADER = "slice-end";

    /** Headers of the tombstone's record. */
    Headers headers() {
        return end == null ? new RecordHeaders() : new RecordHeaders(new Header[] {new RecordHeader(HEADER, end)});
    }

    /** The end that a tombstone with these headers removes; empty if they do not have it. */
    static Optional<SliceEnd> end(Headers headers) {
        final Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SliceEnd.parseFrom(header.value()));
        } catch (InvalidProtocolBufferException e) {
            // The topic is written by others, too. An end that cannot be read was reported when it came.
            return Optional.empty();
        }
    }
}
