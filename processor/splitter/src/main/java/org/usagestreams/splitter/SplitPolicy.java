package org.usagestreams.splitter;

import org.usagestreams.store.ObjectFilter;

/**
 * The user's decisions about objects; each is a setting.
 *
 * @param filter which objects are processed
 * @param keepRemoved whether what a removed object held goes on counting
 * @param retentionDays an object with line items older than this is refused
 * @param aside how an object that cannot be read is tried again
 * @param homeBucket the bucket whose objects tell whether the store is available; null for that of the object at hand
 * @param events which events are refused
 * @param owners whose sources are whose; an object of a source of another organisation is rejected
 * @param readmitted days beyond retention whose objects are taken nevertheless
 */
public record SplitPolicy(
        ObjectFilter filter,
        boolean keepRemoved,
        int retentionDays,
        AsidePolicy aside,
        String homeBucket,
        EventPolicy events,
        SourceOwners owners,
        ReadmittedDays readmitted) {
    /** The documented defaults. */
    public static final SplitPolicy DEFAULTS = new SplitPolicy(
            ObjectFilter.ALL,
            false,
            3_653,
            AsidePolicy.DEFAULTS,
            null,
            EventPolicy.DEFAULTS,
            SourceOwners.UNKNOWN,
            ReadmittedDays.NONE);
}
