package org.usagestreams.splitter;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The second lane: threads that take over objects which would delay others in the first lane. Each is a setting.
 *
 * @param groupId consumer group of its threads
 * @param threads how many
 * @param fromBytes a larger object is handed on to it
 * @param fromTime a notification whose objects take longer in the first lane is handed on
 * @param fromMemoryBytes an object that takes more memory to read is handed on
 * @param fromValues an object with more values in its needed columns is handed on
 * @param fromTextBytes an object whose texts are decoded to more is handed on
 * @param outputBytes an object whose chunks take over this many bytes more than the object is rejected: they are sent in one
 *     transaction, which hides what others write
 * @param directory where chunks are held back until they are whole; null for the JVM's directory for temporary files
 * @param quota what one source may use of the first lane
 */
public record SecondLane(
        String groupId,
        int threads,
        long fromBytes,
        Duration fromTime,
        long fromMemoryBytes,
        long fromValues,
        long fromTextBytes,
        long outputBytes,
        Path directory,
        SourceQuota quota) {
    /** The documented defaults. */
    public static final SecondLane DEFAULTS = new SecondLane(
            "usage-splitter-large",
            1,
            4 << 20,
            Duration.ofSeconds(1),
            64 << 20,
            10_000_000,
            32 << 20,
            128 << 20,
            null,
            SourceQuota.DEFAULTS);
}
