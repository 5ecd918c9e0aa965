package org.usagestreams.service.intake;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.usagestreams.topics.RecordPlace;

/**
 * How an announcement has fared whose payload could not be fetched. It is in the headers of a record on the topic of retries, whose value
 * is the announcement.
 *
 * @param place topic, partition and offset of the announcement itself
 * @param since when it was tried first
 * @param failed attempts that failed so far
 * @param notBefore when it is tried next
 */
record AnnouncementAttempts(String place, Instant since, int failed, Instant notBefore) {
    private static final String PLACE = "announcement";
    private static final String SINCE = "since-millis";
    private static final String FAILED = "failed-attempts";
    private static final String NOT_BEFORE = "not-before-millis";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");

    /** Of an announcement that was not tried yet. */
    static AnnouncementAttempts none(ConsumerRecord<byte[], byte[]> record, Instant now) {
        return new AnnouncementAttempts(RecordPlace.of(record), now, 0, now);
    }

    /** Of a record on the topic of retries. Where it does not say, it is tried now, for the first time. */
    static AnnouncementAttempts of(ConsumerRecord<byte[], byte[]> record, Instant now) {
        final AnnouncementAttempts none = none(record, now);
        final Header place = record.headers().lastHeader(PLACE);
        return new AnnouncementAttempts(
                place == null || place.value() == null ? none.place() : text(place),
                Instant.ofEpochMilli(number(record, SINCE, now.toEpochMilli())),
                (int) Math.min(Integer.MAX_VALUE, number(record, FAILED, 0)),
                Instant.ofEpochMilli(number(record, NOT_BEFORE, now.toEpochMilli())));
    }

    /** After another attempt that failed. */
    AnnouncementAttempts failedAgain(Instant now, Duration pause) {
        return new AnnouncementAttempts(place, since, failed + 1, now.plus(pause));
    }

    /** The record that has the announcement tried again. */
    ProducerRecord<byte[], byte[]> record(String topic, String request, byte[] announcement) {
        return new ProducerRecord<>(
                topic,
                null,
                request.getBytes(StandardCharsets.UTF_8),
                announcement,
                List.of(
                        header(PLACE, place),
                        header(SINCE, Long.toString(since.toEpochMilli())),
                        header(FAILED, Integer.toString(failed)),
                        header(NOT_BEFORE, Long.toString(notBefore.toEpochMilli()))));
    }

    private static long number(ConsumerRecord<byte[], byte[]> record, String name, long otherwise) {
        final Header header = record.headers().lastHeader(name);
        return header == null
                        || header.value() == null
                        || !NUMBER.matcher(text(header)).matches()
                ? otherwise
                : Long.parseLong(text(header));
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
