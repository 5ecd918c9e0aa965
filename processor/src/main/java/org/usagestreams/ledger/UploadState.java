package org.usagestreams.ledger;

/** Where an object version stands. From RECEIVED to LOADED it only moves forward. */
public enum UploadState {
    /** Its notification was read; the object was not yet. */
    RECEIVED(false),
    /** Its line items are on the chunk topic. */
    SPLIT(false),
    /** The rows that it leads to are published. */
    COUNTED(false),
    /** These rows are committed in PostgreSQL. */
    LOADED(true),
    /** A newer version, a winning manifest or newer line items have its place; it counts again when they go. */
    SUPERSEDED(true),
    /** It is no longer in the bucket. */
    REMOVED(true),
    /** It is no report, or left out by a setting. */
    IGNORED(true),
    /** It could not be processed; step, reason and dead letter say why. */
    FAILED(true);

    private final boolean settled;

    UploadState(boolean settled) {
        this.settled = settled;
    }

    /** Whether nothing more is to come of this version by itself. */
    public boolean isSettled() {
        return settled;
    }
}
