package org.usagestreams.service.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.usagestreams.intake.Manifest;
import org.usagestreams.intake.RejectedPayloadException;
import org.usagestreams.intake.Unpacker;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.MalformedNotificationException;
import org.usagestreams.wire.notification.NotificationParser;
import org.usagestreams.wire.notification.PayloadKey;

/**
 * A payload whose cluster is known, on its way from the first lane to the second. The key of its record is the source, so that the payloads
 * of a cluster share a partition.
 *
 * @param payload its event, with the ETag of the version whose manifest was read
 * @param source of its cluster
 * @param manifest null where it is too large to be handed on
 */
record ReceivedPayload(PayloadEvent payload, UUID source, Manifest manifest) {
    private static final String PLACE = "notification";
    private static final String MILLIS = "notified-millis";
    private static final String ETAG = "etag";
    private static final String MANIFEST = "manifest";

    /** A larger manifest is read from the payload again: a record is not to grow with it. */
    private static final int MOST_MANIFEST_BYTES = 64 << 10;

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * The record that hands a payload on.
     *
     * @param notification that the payload's event stands in
     * @param number of the event there, from 0 on
     * @param stored the version whose manifest was read
     * @param manifest as it stands in the payload
     */
    static ProducerRecord<byte[], byte[]> record(
            String topic,
            PayloadEvent payload,
            byte[] notification,
            int number,
            ObjectStore.Stored stored,
            UUID source,
            byte[] manifest) {
        final List<Header> headers = new ArrayList<>();
        headers.add(header(PLACE, payload.place()));
        headers.add(header(MILLIS, Long.toString(payload.notifiedMillis())));
        headers.add(header(ETAG, stored.etag()));
        if (manifest.length <= MOST_MANIFEST_BYTES) {
            headers.add(new RecordHeader(MANIFEST, manifest));
        }
        return new ProducerRecord<>(
                topic, null, bytes(payload.organisation() + "|" + source), event(notification, number), headers);
    }

    private static byte[] event(byte[] notification, int number) {
        try {
            final JsonNode event = JSON.readTree(notification).path("Records").path(number);
            final ObjectNode alone = JSON.createObjectNode();
            alone.putArray("Records").add(event);
            return JSON.writeValueAsBytes(alone);
        } catch (IOException e) {
            throw new IllegalStateException("the notification was read before", e);
        }
    }

    /**
     * Reads such a record.
     *
     * @param unpacker reads the manifest
     * @throws IllegalArgumentException where it is none
     */
    static ReceivedPayload of(ConsumerRecord<byte[], byte[]> record, Unpacker unpacker) {
        final String key = new String(record.key(), StandardCharsets.UTF_8);
        final BucketEvent event;
        try {
            event = NotificationParser.parse(record.value()).get(0);
        } catch (MalformedNotificationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        final String organisation = PayloadKey.of(event.key())
                .orElseThrow(() -> new IllegalArgumentException(event.key() + " is no payload"))
                .organisation();
        return new ReceivedPayload(
                new PayloadEvent(
                        new BucketEvent(
                                event.kind(),
                                event.bucket(),
                                event.key(),
                                text(record, ETAG),
                                event.versionId(),
                                event.sequencer(),
                                event.time(),
                                event.mark()),
                        organisation,
                        Long.parseLong(text(record, MILLIS)),
                        text(record, PLACE)),
                UUID.fromString(key.substring(key.lastIndexOf('|') + 1)),
                manifest(record.headers().lastHeader(MANIFEST), unpacker));
    }

    private static Manifest manifest(Header header, Unpacker unpacker) {
        try {
            return header == null ? null : unpacker.manifest(header.value());
        } catch (RejectedPayloadException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        final Header header = record.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            throw new IllegalArgumentException("it has no header " + name);
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
