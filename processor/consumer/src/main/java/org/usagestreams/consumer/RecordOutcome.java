package org.usagestreams.consumer;

/** The result of one attempt at a record. It tells the {@link TransactionalLoop} what to do with the transaction. */
public sealed interface RecordOutcome {
    /** Everything that the record leads to is in the output: its offset may be committed with it. */
    record Complete() implements RecordOutcome {}

    /**
     * The output holds records that must not be committed. The loop drops them, and hands the record to the handler again at once. The
     * handler remembers what it must not try again.
     */
    record Restart() implements RecordOutcome {}

    /**
     * The handler cannot read what it needs, such as the object store. The loop commits nothing of the record, and hands it to the handler
     * again after a pause.
     *
     * @param reason what the store or the network says
     */
    record Unavailable(String reason) implements RecordOutcome {}

    /**
     * The record is not due yet. The loop commits nothing of it, and reads its partition again from it when it is due. Other partitions
     * go on meanwhile.
     *
     * @param millis until then, greater than 0
     */
    record NotDue(long millis) implements RecordOutcome {}

    /**
     * The record takes more time or memory than this group gives to one record. The loop drops its output, and has the handler pass the
     * record on to another group.
     *
     * @param object key of the object that takes too much
     * @param cause the cause's name in metrics
     * @param reason the cause for people
     */
    record HandOn(String object, String cause, String reason) implements RecordOutcome {}

    /** The one {@link Complete}. */
    RecordOutcome COMPLETE = new Complete();

    /** The one {@link Restart}. */
    RecordOutcome RESTART = new Restart();
}
