package org.usagestreams.splitter;

import java.util.concurrent.atomic.LongAdder;

/** What a splitter has seen and done since it started. Thread-safe. */
public final class SplitterCounts {
    /** Events that are neither creation nor removal. */
    public final LongAdder eventsIgnored = new LongAdder();
    /** Events of objects whose key is that of no report. */
    public final LongAdder objectsIgnored = new LongAdder();
    /** Objects that were replaced before they were read: left to their own notification. */
    public final LongAdder objectsReplaced = new LongAdder();
    /** Objects that were removed, or gone before they were read. */
    public final LongAdder objectsGone = new LongAdder();

    public final LongAdder objectsSplit = new LongAdder();
    public final LongAdder objectsRejected = new LongAdder();
    public final LongAdder notificationsMalformed = new LongAdder();
    public final LongAdder rows = new LongAdder();
    public final LongAdder rowsDropped = new LongAdder();
    /** Times that the store was tried again. */
    public final LongAdder retries = new LongAdder();

    @Override
    public String toString() {
        return "objects split " + objectsSplit + ", gone " + objectsGone + ", replaced " + objectsReplaced
                + ", rejected " + objectsRejected + ", ignored " + objectsIgnored + "; events ignored " + eventsIgnored
                + ", malformed " + notificationsMalformed + "; rows " + rows + ", dropped " + rowsDropped + "; retries "
                + retries;
    }
}
