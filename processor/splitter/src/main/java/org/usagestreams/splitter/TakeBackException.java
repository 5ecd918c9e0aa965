package org.usagestreams.splitter;

/** The notification's records are to be dropped, and it is to be handled again: chunks of a failed object are among them. */
final class TakeBackException extends Exception {
    private static final long serialVersionUID = 1L;

    final int event;
    final transient ReadResult result;

    /** @param result null if the object is to be read again */
    TakeBackException(int event, ReadResult result) {
        super(null, null, false, false);
        this.event = event;
        this.result = result;
    }
}
