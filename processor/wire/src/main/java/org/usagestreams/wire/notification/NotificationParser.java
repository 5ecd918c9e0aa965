package org.usagestreams.wire.notification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads S3 event records (AWS: "Event message structure") as Amazon S3, MinIO, Ceph, NooBaa and Versity write them: an
 * object with {@code Records}, each of which says what happened to one object. {@link EventKinds} decides what an event's
 * name means; {@code docs/notifications.md} lists the names and the differences between the stores.
 */
public final class NotificationParser {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxStringLength(1 << 20)
                            .build())
                    .build())
            .build();

    /** Sent by Ceph's gateway, which never encodes keys. */
    private static final String CEPH = "ceph:s3";

    /**
     * NooBaa cuts the quotes of an ETag off together with the digits beside them. What is left identifies nothing, so it
     * counts as not named.
     */
    private static final Pattern CUT_ETAG = Pattern.compile("[0-9a-f]{30}|[0-9a-f]{31}-[0-9]*");

    /** NooBaa sends this JSON text to test a notification's configuration. */
    private static final String NOOBAA_TEST = "test notification";

    /** S3's own limits, in bytes; what is longer names no object, and would not fit where it is to be kept. */
    private static final int KEY_BYTES = 1024;

    private static final int NAME_BYTES = 255;

    private NotificationParser() {}

    /**
     * Reads the value of a notification record.
     *
     * @param value null is malformed
     * @return its events in order; none for the test event that a store sends when notifications are set up
     * @throws MalformedNotificationException where the value is no JSON, or lacks what an event must have
     */
    public static List<BucketEvent> parse(byte[] value) throws MalformedNotificationException {
        final JsonNode root;
        try {
            root = JSON.readTree(value == null ? new byte[0] : value);
        } catch (JsonProcessingException e) {
            throw new MalformedNotificationException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new MalformedNotificationException("not JSON: " + e.getMessage(), e);
        }
        if ("s3:TestEvent".equals(root.path("Event").asText()) || NOOBAA_TEST.equals(root.asText())) {
            return List.of();
        }
        final JsonNode records = root.path("Records");
        if (!records.isArray() || records.isEmpty()) {
            throw new MalformedNotificationException("has no Records");
        }
        final List<BucketEvent> events = new ArrayList<>();
        for (final JsonNode record : records) {
            events.add(event(record));
        }
        return events;
    }

    private static BucketEvent event(JsonNode record) throws MalformedNotificationException {
        final BucketEvent.Kind kind = EventKinds.of(required(record, "eventName", "eventName"));
        if (kind == BucketEvent.Kind.OTHER) {
            // Events of buckets have no key.
            return new BucketEvent(kind, "", "", "", "", "", Instant.EPOCH, null);
        }
        final JsonNode object = record.path("s3").path("object");
        final String key = required(object, "key", "s3.object.key");
        return new BucketEvent(
                kind,
                name(
                        required(record.path("s3").path("bucket"), "name", "s3.bucket.name"),
                        "s3.bucket.name",
                        NAME_BYTES),
                name(
                        isEncoded(key, record.path("eventSource").asText()) ? decode(key) : key,
                        "s3.object.key",
                        KEY_BYTES),
                name(etag(object.path("eTag").asText("")), "s3.object.eTag", NAME_BYTES),
                name(nullVersionToNone(object.path("versionId").asText("")), "s3.object.versionId", KEY_BYTES),
                name(object.path("sequencer").asText(""), "s3.object.sequencer", NAME_BYTES),
                time(required(record, "eventTime", "eventTime"), "eventTime"),
                mark(record));
    }

    private static String name(String text, String path, int bytes) throws MalformedNotificationException {
        if (text.getBytes(StandardCharsets.UTF_8).length > bytes) {
            throw new MalformedNotificationException(path + " is longer than " + bytes + " bytes");
        }
        if (text.indexOf('\0') >= 0) {
            throw new MalformedNotificationException(path + " has a NUL character");
        }
        return text;
    }

    private static EventMark mark(JsonNode record) throws MalformedNotificationException {
        final JsonNode mark = record.path(EventRecord.MARK);
        if (!EventRecord.SOURCE.equals(record.path("eventSource").asText()) || !mark.isObject()) {
            return null;
        }
        try {
            final Set<LocalDate> readmitted = new TreeSet<>();
            for (final JsonNode date : mark.path("readmitted")) {
                readmitted.add(LocalDate.parse(date.asText()));
            }
            return new EventMark(
                    EventMark.Origin.valueOf(mark.path("origin").asText()),
                    time(required(mark, "uploaded", "usageStreams.uploaded"), "usageStreams.uploaded"),
                    readmitted,
                    aside(mark.path("aside")));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new MalformedNotificationException("its usageStreams element cannot be parsed: " + e.getMessage(), e);
        }
    }

    /**
     * Whether a key is encoded as in a form's URL. AWS and MinIO encode keys, Ceph, NooBaa and Versity leave them as they are, and
     * NooBaa's event source is the name of the installation. The encoding turns {@code =} into {@code %3D}, and the key of
     * each report has {@code source=}; so a key with {@code =} is not encoded, whoever sends it.
     */
    private static boolean isEncoded(String key, String eventSource) {
        return !CEPH.equals(eventSource) && key.indexOf('=') < 0;
    }

    private static EventMark.Aside aside(JsonNode aside) throws MalformedNotificationException {
        return aside.isObject()
                ? new EventMark.Aside(
                        time(required(aside, "since", "usageStreams.aside.since"), "usageStreams.aside.since"),
                        Math.max(1, aside.path("attempts").asInt()),
                        aside.path("failed").asBoolean(),
                        aside.path("record").asText(""),
                        required(aside, "deadLetter", "usageStreams.aside.deadLetter"))
                : null;
    }

    private static String required(JsonNode parent, String field, String path) throws MalformedNotificationException {
        final String text = parent.path(field).asText("");
        if (text.isEmpty()) {
            throw new MalformedNotificationException("a record has no " + path);
        }
        return text;
    }

    private static String decode(String key) throws MalformedNotificationException {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedNotificationException("s3.object.key is not URL-encoded: " + key, e);
        }
    }

    private static Instant time(String text, String path) throws MalformedNotificationException {
        try {
            final OffsetDateTime time = OffsetDateTime.parse(text);
            if (time.getYear() < 1 || time.getYear() > 9999) {
                throw new MalformedNotificationException(path + " is not in the years 1 to 9999: " + text);
            }
            return time.toInstant();
        } catch (DateTimeException e) {
            throw new MalformedNotificationException(path + " is not an ISO 8601 time: " + text, e);
        }
    }

    private static String etag(String text) {
        final String etag = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
        return CUT_ETAG.matcher(etag).matches() ? "" : etag;
    }

    /** The version id of objects in a bucket that never had versioning, or no longer has. */
    private static String nullVersionToNone(String versionId) {
        return "null".equals(versionId) ? "" : versionId;
    }
}
