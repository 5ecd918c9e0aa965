package org.usagestreams.console;

import java.sql.SQLException;

/** What is asked for is not given; the message says why. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    private Refusal(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** It makes no sense. */
    static Refusal badQuery(String why) {
        return new Refusal(400, why, null);
    }

    /** Nobody is signed in who could ask for it. */
    static Refusal signIn() {
        return new Refusal(401, "Sign in first.", null);
    }

    /** Whoever is signed in may not. */
    static Refusal forbidden(String why) {
        return new Refusal(403, why, null);
    }

    /** It is no longer as it was seen, or something else goes on. */
    static Refusal conflict(String why) {
        return new Refusal(409, why, null);
    }

    /** PostgreSQL does not answer. */
    static Refusal unavailable(SQLException cause) {
        return new Refusal(503, "Cannot read PostgreSQL: " + cause.getMessage(), cause);
    }

    /** Something that is needed does not answer. */
    static Refusal unavailable(String why, Exception cause) {
        return new Refusal(503, why, cause);
    }

    /** The status of HTTP. */
    int status() {
        return status;
    }
}
