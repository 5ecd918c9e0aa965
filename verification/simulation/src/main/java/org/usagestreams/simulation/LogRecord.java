package org.usagestreams.simulation;

import java.util.List;
import org.apache.kafka.common.header.Header;

/**
 * A data record of a simulated partition.
 *
 * @param offset its place in the partition
 * @param timestamp milliseconds
 * @param key may be null on a topic that is not compacted
 * @param value null for a tombstone
 * @param headers in their order
 */
public record LogRecord(long offset, long timestamp, byte[] key, byte[] value, List<Header> headers) {
    /** Size as the limits on records see it, about. */
    public static int sizeOf(byte[] key, byte[] value, List<Header> headers) {
        int size = 70 + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        for (final Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length) + 2;
        }
        return size;
    }
}
