package org.usagestreams.wire.notification;

/** A record on the notification topic that is no S3 event record. */
public class MalformedNotificationException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedNotificationException(String message) {
        super(message);
    }

    public MalformedNotificationException(String message, Throwable cause) {
        super(message, cause);
    }
}
