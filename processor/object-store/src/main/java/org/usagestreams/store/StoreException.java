package org.usagestreams.store;

import java.io.IOException;

/** The object store did not give what was asked for. {@link StoreFailures} tells the kinds apart. */
public class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** How to handle the failure. */
    public Kind kind() {
        return kind;
    }

    /** How to handle a failure of the store. */
    public enum Kind {
        /** The store itself says that there is no such object or version. */
        GONE,
        /** Another version has taken the object's place: left to its own notification. */
        REPLACED,
        /** No store, or no client, will ever give out an object of that name or in that state. */
        REFUSED,
        /** This object cannot be read now, but others can: it is set aside and tried again. */
        UNREADABLE,
        /** No object can be read: the store is down, or does not take our keys. Work waits for it. */
        UNAVAILABLE
    }
}
