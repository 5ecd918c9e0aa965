package org.usagestreams.topics;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where a record is, as logs, dead letters and commands name it: {@code topic-partition@offset}. */
public final class RecordPlace {
    private RecordPlace() {}

    /** The place of a record. */
    public static String of(ConsumerRecord<?, ?> record) {
        return of(record.topic(), record.partition(), record.offset());
    }

    /** The place at an offset. */
    public static String of(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }
}
