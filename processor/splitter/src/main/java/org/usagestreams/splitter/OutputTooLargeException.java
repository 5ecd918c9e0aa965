package org.usagestreams.splitter;

import java.io.IOException;

/** The chunks of a notification's objects are more than its lane takes. */
final class OutputTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    OutputTooLargeException(String message) {
        super(message);
    }
}
