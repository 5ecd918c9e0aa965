package org.usagestreams.splitter;

/**
 * A record of the notification topic.
 *
 * @param value may be null, which is malformed
 * @param place topic, partition and offset, for dead letters
 * @param millis when it was written
 */
record Notification(byte[] value, String place, long millis) {}
