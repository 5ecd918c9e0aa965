package org.usagestreams.wire.notification;

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
     * @param event a creation, removal or check, with a mark
     */
    public static byte[] value(BucketEvent event) {
        final ObjectNode root = JSON.createObjectNode();
        final ObjectNode record = root.putArray("Records").addObject();
        record.put("eventVersion", "2.0");
        record.put("eventSource", SOURCE);
        record.put("eventTime", event.time().toString());
        record.put(
                "eventName",
                switch (event.kind()) {
                    case CREATED -> "s3:ObjectCreated:Put";
                    case REMOVED -> "s3:ObjectRemoved:Delete";
                    // No action of any store, so that it reads as a check again.
                    case CHECK -> "s3:ObjectCreated:Check";
                    case OTHER -> throw new IllegalArgumentException("Cannot write an event that says nothing");
                });
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
        final EventMark.Aside aside = event.mark().aside();
        if (aside != null) {
            final ObjectNode fields = mark.putObject("aside");
            fields.put("since", aside.since().toString());
            fields.put("attempts", aside.attempts());
            fields.put("failed", aside.failed());
            fields.put("record", aside.record());
            fields.put("deadLetter", aside.deadLetter());
        }
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }
}
