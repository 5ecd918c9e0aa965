package org.usagestreams.consumer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** Which records of a poll are handled, and in which order. Those of one partition are always in the order of their offsets. */
public enum PollOrder {
    /** All of a partition, then all of the next. */
    BY_PARTITION {
        @Override
        Iterable<ConsumerRecord<byte[], byte[]>> of(ConsumerRecords<byte[], byte[]> records) {
            return records;
        }
    },

    /** The oldest of what the partitions have next: roughly the order in which the records of several partitions were written. */
    BY_TIME {
        @Override
        Iterable<ConsumerRecord<byte[], byte[]>> of(ConsumerRecords<byte[], byte[]> records) {
            final PriorityQueue<Deque<ConsumerRecord<byte[], byte[]>>> partitions = new PriorityQueue<>(
                    Comparator.comparingLong(left -> left.element().timestamp()));
            records.partitions().forEach(partition -> partitions.add(new ArrayDeque<>(records.records(partition))));
            final List<ConsumerRecord<byte[], byte[]>> ordered = new ArrayList<>(records.count());
            while (!partitions.isEmpty()) {
                final Deque<ConsumerRecord<byte[], byte[]>> left = partitions.remove();
                ordered.add(left.remove());
                if (!left.isEmpty()) {
                    partitions.add(left);
                }
            }
            return ordered;
        }
    },

    /** One of each partition; the rest is polled again. So one partition waits for a record of another, and not for all of them. */
    ONE_OF_EACH {
        @Override
        Iterable<ConsumerRecord<byte[], byte[]>> of(ConsumerRecords<byte[], byte[]> records) {
            return records.partitions().stream()
                    .map(partition -> records.records(partition).get(0))
                    .toList();
        }
    };

    abstract Iterable<ConsumerRecord<byte[], byte[]>> of(ConsumerRecords<byte[], byte[]> records);
}
