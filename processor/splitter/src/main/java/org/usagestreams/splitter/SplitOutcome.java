package org.usagestreams.splitter;

/** The result of one attempt at a notification. It tells the {@link TransactionalLoop} what to do with the transaction. */
sealed interface SplitOutcome {
    /** All records of the notification are in the output: its offset may be committed with them. */
    record Complete() implements SplitOutcome {}

    /**
     * Records that must not be committed are in the output. The transaction is to be aborted, and the notification handled
     * again at once; the attempts that were passed in remember what is not to be tried again.
     */
    record Restart() implements SplitOutcome {}

    /**
     * The object store is unavailable. Nothing of the notification may be committed; it is to be handled again after a pause.
     *
     * @param reason what the store or the network says
     */
    record StoreUnavailable(String reason) implements SplitOutcome {}

    /**
     * The notification is more than this lane does. Its output is to be dropped, and the notification handed on to the second
     * lane.
     *
     * @param object key of the object that is more
     * @param cause for metrics
     * @param reason for people
     */
    record HandOn(String object, HandOnException.Cause cause, String reason) implements SplitOutcome {}

    SplitOutcome COMPLETE = new Complete();
    SplitOutcome RESTART = new Restart();
}
