package org.usagestreams.connectors.sink;

/** A record of the summary topic can be read neither as a row nor as a marker. */
final class MalformedRowException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedRowException(String message) {
        super(message);
    }

    MalformedRowException(String message, Throwable cause) {
        super(message, cause);
    }
}
