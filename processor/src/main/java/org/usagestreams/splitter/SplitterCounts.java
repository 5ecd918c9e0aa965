package org.usagestreams.splitter;

import java.util.concurrent.atomic.LongAdder;

/** What a splitter has seen and done since it started. Thread-safe. */
public final class SplitterCounts {
    /** Events that are neither creation nor removal. */
    public final LongAdder eventsIgnored = new LongAdder();
    /** Events that we wrote ourselves: by reconciling, a retry, or a readmission. */
    public final LongAdder eventsMarked = new LongAdder();
    /** Creations and removals that the bucket did not notify of, as far as this instance found them. */
    public final LongAdder eventsMissed = new LongAdder();
    /** Events of objects that are no report, or left out. */
    public final LongAdder objectsIgnored = new LongAdder();
    /** Objects that were replaced before they were read: left to their own notification. */
    public final LongAdder objectsReplaced = new LongAdder();
    /** Objects that were removed, or gone before they were read. */
    public final LongAdder objectsGone = new LongAdder();

    public final LongAdder objectsSplit = new LongAdder();
    public final LongAdder objectsRejected = new LongAdder();
    public final LongAdder notificationsMalformed = new LongAdder();
    /** Bytes of objects that the store sent. */
    public final LongAdder bytesRead = new LongAdder();

    public final LongAdder rows = new LongAdder();
    public final LongAdder rowsDropped = new LongAdder();
    /** Times that the store was tried again. */
    public final LongAdder retries = new LongAdder();

    @Override
    public String toString() {
        return "objects split " + objectsSplit + ", gone " + objectsGone + ", replaced " + objectsReplaced
                + ", rejected " + objectsRejected + ", ignored " + objectsIgnored + "; events ignored " + eventsIgnored
                + ", marked " + eventsMarked + ", missed " + eventsMissed + ", malformed " + notificationsMalformed
                + "; rows " + rows + ", dropped " + rowsDropped + "; retries "
                + retries;
    }
}
