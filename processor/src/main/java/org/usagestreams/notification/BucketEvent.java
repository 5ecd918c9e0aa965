package org.usagestreams.notification;

import java.time.Instant;

/**
 * One event of a bucket.
 *
 * @param kind whether an object came or went
 * @param bucket the bucket's name
 * @param key the object's key, decoded
 * @param etag without quotes; empty where the event names none
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
    /** What happened. */
    public enum Kind {
        CREATED,
        REMOVED,
        /** Neither: tags, reads, replication. Ignored, and counted. */
        OTHER
    }
}
