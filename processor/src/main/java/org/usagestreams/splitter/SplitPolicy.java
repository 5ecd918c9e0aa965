package org.usagestreams.splitter;

/**
 * What the user decides about objects; each is a setting.
 *
 * @param filter which objects are processed
 * @param keepRemoved whether what a removed object held goes on counting
 * @param retentionDays an object with line items older than this is refused
 */
public record SplitPolicy(ObjectFilter filter, boolean keepRemoved, int retentionDays) {
    /** The documented defaults. */
    public static final SplitPolicy DEFAULTS = new SplitPolicy(ObjectFilter.ALL, false, 1_827);
}
