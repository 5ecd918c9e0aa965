package org.usagestreams.wire.ledger;

/** The state of an object version. From RECEIVED to LOADED it only moves forward. */
public enum UploadState {
    /** Its notification was read; the object was not yet. */
    RECEIVED(1, false),
    /** Its line items are on the chunk topic. */
    SPLIT(2, false),
    /** Of a payload: the objects that it became are in the bucket. */
    UNPACKED(2, false),
    /** The rows that it leads to are published. */
    COUNTED(3, false),
    /** These rows are committed in PostgreSQL. A payload is loaded when all of its objects are. */
    LOADED(UploadState.LAST_STEP, true),
    /** A newer version, a winning manifest or newer line items have its place; it counts again when they go. */
    SUPERSEDED(UploadState.LAST_STEP, true),
    /** It is no longer in the bucket. */
    REMOVED(UploadState.LAST_STEP, true),
    /** It is no report, or left out by a setting. */
    IGNORED(UploadState.LAST_STEP, true),
    /** It could not be processed; step, reason and dead letter say why. */
    FAILED(UploadState.LAST_STEP, true);

    /** The step after which nothing more is to come. */
    public static final int LAST_STEP = 4;

    private final int step;
    private final boolean settled;

    UploadState(int step, boolean settled) {
        this.step = step;
        this.settled = settled;
    }

    /** The step of the way, from 1 to {@link #LAST_STEP}. */
    public int step() {
        return step;
    }

    /** Whether nothing more is to come of this version by itself. */
    public boolean isSettled() {
        return settled;
    }
}
