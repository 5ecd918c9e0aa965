package org.usagestreams.intake;

import java.io.IOException;

/**
 * A payload that cannot be processed as it is; reading it again would not help. It is an {@link IOException} so that it passes
 * through streams. Catch it first: any other means that the payload could not be read, or its objects not be written, now.
 */
public final class RejectedPayloadException extends IOException {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;
    private final String place;

    /**
     * A payload that is refused.
     *
     * @param place where in the payload, such as {@code a.csv, line 7}; null for the payload as a whole
     * @param message what is wrong and what to do, without the place
     */
    public RejectedPayloadException(RejectionReason reason, String place, String message, Throwable cause) {
        super(place == null ? message : place + ": " + message, cause);
        this.reason = reason;
        this.place = place;
    }

    RejectedPayloadException(RejectionReason reason, String place, String message) {
        this(reason, place, message, null);
    }

    public RejectionReason reason() {
        return reason;
    }

    /** The place in the payload; null if it is the whole payload. */
    public String place() {
        return place;
    }
}
