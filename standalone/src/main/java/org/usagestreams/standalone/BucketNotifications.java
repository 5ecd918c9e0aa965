package org.usagestreams.standalone;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Event records as MinIO sends them. */
final class BucketNotifications {
    private static final JsonMapper JSON = new JsonMapper();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private BucketNotifications() {}

    /** A record on the notification topic. */
    record Notification(String key, byte[] value) {}

    static Notification created(
            String eventName,
            String bucket,
            String key,
            Instant time,
            long sequencer,
            long size,
            String etag,
            String versionId,
            Map<String, String> metadata) {
        final ObjectNode object = JSON.createObjectNode();
        object.put("size", size);
        object.put("eTag", etag);
        final ObjectNode userMetadata = object.putObject("userMetadata");
        metadata.forEach((name, value) -> userMetadata.put("X-Amz-Meta-" + name, value));
        return record(eventName, bucket, key, time, sequencer, versionId, object);
    }

    static Notification removed(
            String eventName, String bucket, String key, Instant time, long sequencer, String versionId) {
        return record(eventName, bucket, key, time, sequencer, versionId, JSON.createObjectNode());
    }

    private static Notification record(
            String eventName,
            String bucket,
            String key,
            Instant time,
            long sequencer,
            String versionId,
            ObjectNode object) {
        object.put("key", URLEncoder.encode(key, StandardCharsets.UTF_8));
        if (versionId != null) {
            object.put("versionId", versionId);
        }
        object.put("sequencer", Long.toHexString(sequencer).toUpperCase(Locale.ROOT));
        final ObjectNode root = JSON.createObjectNode();
        root.put("EventName", eventName);
        root.put("Key", bucket + "/" + key);
        final ObjectNode record = root.putArray("Records").addObject();
        record.put("eventVersion", "2.0");
        record.put("eventSource", "minio:s3");
        record.put("awsRegion", "");
        record.put("eventTime", TIME.format(time));
        record.put("eventName", eventName);
        final ObjectNode s3 = record.putObject("s3");
        s3.put("s3SchemaVersion", "1.0");
        s3.putObject("bucket").put("name", bucket);
        s3.set("object", object);
        return new Notification(bucket + "/" + key, root.toString().getBytes(StandardCharsets.UTF_8));
    }
}
