package org.usagestreams.splitter;

import java.io.IOException;

/** The object store did not give what was asked for. */
public class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What follows from the failure. */
    public Kind kind() {
        return kind;
    }

    /** What follows from a failure of the store. */
    public enum Kind {
        /** The object, or its bucket, is there no more. */
        GONE,
        /** Another version has taken the object's place: left to its own notification. */
        REPLACED,
        /** The store cannot give the object to anyone with our keys, now or later. */
        REFUSED,
        /** The store is down, or does not know our keys: tried again, for as long as it takes. */
        UNAVAILABLE
    }
}
