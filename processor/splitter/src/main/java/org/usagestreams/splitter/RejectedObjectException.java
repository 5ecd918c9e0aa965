package org.usagestreams.splitter;

/** An object that cannot be processed as it is; reading it again would not help. It goes to the dead letters. */
public class RejectedObjectException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String place;

    /**
     * An object that is rejected as a whole, or at a place in it.
     *
     * @param place where, such as {@code row group 3}; null for the object as a whole
     */
    public RejectedObjectException(String message, String place, Throwable cause) {
        super(message, cause);
        this.place = place;
    }

    public RejectedObjectException(String message) {
        this(message, null, null);
    }

    /** The place in the object; null if it is the whole object. */
    public String place() {
        return place;
    }
}
