package org.usagestreams.operations.replay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.StallGuard;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Tells whether groups have read their topics to the end. A partition without a committed offset counts as not read at all.
 * Records that the expansion itself has moved are left out: they carry a header with the number of partitions that they
 * were moved for.
 *
 * <p>No transaction is open on these topics: what lies behind one would not be seen.
 */
final class ReadCheck implements AutoCloseable {
    /** The header of moved records. */
    static final String MOVED = SummaryKey.MOVED_HEADER;

    private static final Duration POLL = Duration.ofMillis(100);

    private final ReplayTarget target;
    private final Consumer<byte[], byte[]> consumer;
    private final byte[] mark;

    ReadCheck(ReplayTarget target, int partitions) {
        this.target = target;
        consumer = CommittedReader.open(target.clients(), target.kafka());
        mark = mark(partitions);
    }

    /** The value of the header. */
    static byte[] mark(int partitions) {
        return Integer.toString(partitions).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Refuses a group that has something left to read.
     *
     * @param topics that the group reads, with their partitions
     * @throws IllegalStateException naming the group, the partition and the first record that is left
     */
    void require(String group, GroupOffsets offsets, Map<String, List<TopicPartition>> topics) {
        topics.forEach((topic, partitions) -> {
            for (final TopicPartition partition : partitions) {
                final OffsetAndMetadata committed = offsets.committed().get(partition);
                final long unread = firstUnread(partition, committed == null ? 0 : committed.offset());
                if (unread >= 0) {
                    throw new IllegalStateException("Cannot move records: group " + group + " has not read "
                            + partition + " from offset " + unread + " on (it has committed "
                            + (committed == null ? "nothing there" : "up to " + committed.offset())
                            + "). Start everything except the splitters, wait until the group has read it, stop everything,"
                            + " and run this again. If the group is not used any more, delete it.");
                }
            }
        });
    }

    /** The offset of the first record from there on that was not moved; -1 where there is none. */
    private long firstUnread(TopicPartition partition, long from) {
        final List<TopicPartition> one = List.of(partition);
        consumer.assign(one);
        final long begin = consumer.beginningOffsets(one).get(partition);
        final long end = consumer.endOffsets(one).get(partition);
        consumer.seek(partition, Math.max(from, begin));
        final StallGuard guard = new StallGuard(target.time(), partition + " to offset " + end);
        while (consumer.position(partition) < end) {
            guard.check(end - consumer.position(partition));
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end && !isMoved(record)) {
                    return record.offset();
                }
            }
        }
        return -1;
    }

    private boolean isMoved(ConsumerRecord<byte[], byte[]> record) {
        final Header header = record.headers().lastHeader(MOVED);
        return header != null && Arrays.equals(header.value(), mark);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
