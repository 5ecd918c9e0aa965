package org.usagestreams.splitter;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.usagestreams.wire.notification.ReportKey;

/**
 * A notification that was handed on to the second lane: unchanged, with its place and its time in headers. The time of the record is that
 * of handing on, because the topic's retention depends on it. Its key is the source, so the large objects of a source share a partition.
 */
final class HandedOn {
    /** Topic, partition and offset of the notification. */
    private static final String PLACE = "notification";

    /** When the notification was written, in milliseconds. */
    private static final String MILLIS = "notified-millis";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private HandedOn() {}

    /**
     * The record that hands a notification on.
     *
     * @param object key of the object that is more than the first lane does
     */
    static ProducerRecord<byte[], byte[]> record(String topic, Notification notification, String object) {
        final String source = ReportKey.of(object)
                .map(report -> report.organisation() + "|" + report.source())
                .orElse(object);
        return new ProducerRecord<>(
                topic,
                null,
                source.getBytes(StandardCharsets.UTF_8),
                notification.value(),
                List.of(header(PLACE, notification.place()), header(MILLIS, String.valueOf(notification.millis()))));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The place of the notification that was handed on; empty if the record is none such. */
    static Optional<String> place(ConsumerRecord<byte[], byte[]> record) {
        return text(record, PLACE);
    }

    /** When the notification that was handed on was written; the record's own time where it does not say. */
    static long millis(ConsumerRecord<byte[], byte[]> record) {
        return text(record, MILLIS)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Long::valueOf)
                .orElseGet(record::timestamp);
    }

    private static Optional<String> text(ConsumerRecord<byte[], byte[]> record, String name) {
        final Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
