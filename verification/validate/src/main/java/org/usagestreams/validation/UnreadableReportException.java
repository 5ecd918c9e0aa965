package org.usagestreams.validation;

/** A file cannot be read as the report that its key names. The message says why. */
final class UnreadableReportException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableReportException(String message, Throwable cause) {
        super(message, cause);
    }
}
