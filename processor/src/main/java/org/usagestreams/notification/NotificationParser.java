package org.usagestreams.notification;

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

/**
 * Reads S3 event records (AWS: "Event message structure") as MinIO, Ceph's gateway and S3 itself write them: an object
 * with {@code Records}, of which each names what happened to one object.
 */
public final class NotificationParser {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxStringLength(1 << 20)
                            .build())
                    .build())
            .build();

    /** MinIO sends changes of an object's tags, retention and ACL as creations; the contents are not touched. */
    private static final Set<String> NOT_CONTENTS =
            Set.of("PutTagging", "PutRetention", "PutLegalHold", "PutAcl", "PutACL");

    /** Sent by Ceph's gateway, which leaves keys as they are; all others encode them as in a form's URL. */
    private static final String CEPH = "ceph:s3";

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
        if ("s3:TestEvent".equals(root.path("Event").asText())) {
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
        final JsonNode object = record.path("s3").path("object");
        final String key = required(object, "key", "s3.object.key");
        return new BucketEvent(
                kind(required(record, "eventName", "eventName")),
                name(
                        required(record.path("s3").path("bucket"), "name", "s3.bucket.name"),
                        "s3.bucket.name",
                        NAME_BYTES),
                name(CEPH.equals(record.path("eventSource").asText()) ? key : decode(key), "s3.object.key", KEY_BYTES),
                name(unquote(object.path("eTag").asText("")), "s3.object.eTag", NAME_BYTES),
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
                    readmitted);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new MalformedNotificationException("a mark that is none of ours: " + e.getMessage(), e);
        }
    }

    private static BucketEvent.Kind kind(String eventName) {
        final String name = eventName.startsWith("s3:") ? eventName.substring(3) : eventName;
        final int colon = name.indexOf(':');
        final String action = colon < 0 ? "" : name.substring(colon + 1);
        return switch (colon < 0 ? name : name.substring(0, colon)) {
            case "ObjectCreated" -> NOT_CONTENTS.contains(action) ? BucketEvent.Kind.OTHER : BucketEvent.Kind.CREATED;
            case "ObjectRemoved" -> "NoOP".equals(action) ? BucketEvent.Kind.OTHER : BucketEvent.Kind.REMOVED;
            case "LifecycleExpiration" -> BucketEvent.Kind.REMOVED;
            default -> BucketEvent.Kind.OTHER;
        };
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
            throw new MalformedNotificationException(path + " is no ISO 8601 time: " + text, e);
        }
    }

    private static String unquote(String etag) {
        return etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"")
                ? etag.substring(1, etag.length() - 1)
                : etag;
    }

    /** The version id of objects in a bucket that never had versioning, or no longer has. */
    private static String nullVersionToNone(String versionId) {
        return "null".equals(versionId) ? "" : versionId;
    }
}
