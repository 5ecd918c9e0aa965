package org.usagestreams.splitter;

import java.io.IOException;

/** An attempt to split an object took longer than {@link ObjectTime} allows. */
final class SlowObjectException extends IOException {
    private static final long serialVersionUID = 1L;

    SlowObjectException(String message) {
        super(message);
    }
}
