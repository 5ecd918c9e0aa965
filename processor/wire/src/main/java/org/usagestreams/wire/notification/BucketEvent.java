package org.usagestreams.wire.notification;

import java.time.Instant;

/**
 * One event of a bucket. Of an event of kind {@link Kind#OTHER} only the kind is read.
 *
 * @param kind whether an object came or went
 * @param bucket the bucket's name
 * @param key the object's key, decoded
 * @param etag without quotes; empty where the event does not tell it
 * @param versionId empty in a bucket without versioning
 * @param sequencer orders the events of one object; empty where the event has none
 * @param time when it happened
 * @param mark null in the bucket's own events
 */
public record BucketEvent(
        Kind kind,
        String bucket,
        String key,
        String etag,
        String versionId,
        String sequencer,
        Instant time,
        EventMark mark) {
    /** The kind of event. */
    public enum Kind {
        /** The object was uploaded at the event's time. */
        CREATED,
        /** The object, or one version of it, may be gone. The store says what is left. */
        REMOVED,
        /**
         * The object may be another, and the event's time is not known to be that of an upload. The store says what the
         * object is now; it is only read where it is not known yet.
         */
        CHECK,
        /** The contents are as they were: reads, tags, access rights, storage classes. Ignored, and counted. */
        OTHER
    }
}
