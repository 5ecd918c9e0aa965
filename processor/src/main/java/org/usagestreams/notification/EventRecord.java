package org.usagestreams.notification;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Writes S3 event records of our own, marked as such: {@link NotificationParser} reads them like the bucket's. */
public final class EventRecord {
    static final String MARK = "usageStreams";
    static final String SOURCE = "usage-streams:" + MARK;

    private static final JsonMapper JSON = new JsonMapper();

    private EventRecord() {}

    /** The key of a notification's record. */
    public static byte[] key(BucketEvent event) {
        return (event.bucket() + "/" + event.key()).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The value of a notification's record.
     *
     * @param event a creation or removal, with a mark
     */
    public static byte[] value(BucketEvent event) {
        final ObjectNode root = JSON.createObjectNode();
        final ObjectNode record = root.putArray("Records").addObject();
        record.put("eventVersion", "2.0");
        record.put("eventSource", SOURCE);
        record.put("eventTime", event.time().toString());
        record.put(
                "eventName",
                event.kind() == BucketEvent.Kind.CREATED ? "s3:ObjectCreated:Put" : "s3:ObjectRemoved:Delete");
        final ObjectNode s3 = record.putObject("s3");
        s3.putObject("bucket").put("name", event.bucket());
        final ObjectNode object = s3.putObject("object");
        object.put("key", URLEncoder.encode(event.key(), StandardCharsets.UTF_8));
        object.put("eTag", event.etag());
        object.put("versionId", event.versionId());
        object.put("sequencer", event.sequencer());
        final ObjectNode mark = record.putObject(MARK);
        mark.put("origin", event.mark().origin().name());
        mark.put("uploaded", event.mark().uploaded().toString());
        final ArrayNode dates = mark.putArray("readmitted");
        event.mark().readmitted().stream().sorted().forEach(date -> dates.add(date.toString()));
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }
}
