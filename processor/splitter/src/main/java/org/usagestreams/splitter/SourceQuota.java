package org.usagestreams.splitter;

/**
 * The amount of the first lane's work in a process that a source may use in a minute; each is a setting.
 *
 * @param objects events of its objects
 * @param bytes of its objects, as stored
 * @param rows line items
 */
public record SourceQuota(long objects, long bytes, long rows) {
    /** The documented defaults: a source that uses them up holds others up for about two seconds. */
    public static final SourceQuota DEFAULTS = new SourceQuota(240, 32 << 20, 2_000_000);

    /** No bounds. */
    static final SourceQuota NONE = new SourceQuota(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
}
