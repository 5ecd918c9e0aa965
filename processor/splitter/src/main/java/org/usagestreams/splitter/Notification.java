package org.usagestreams.splitter;

/**
 * A record of one of the two notification topics.
 *
 * @param value may be null, which is malformed
 * @param place topic, partition and offset, for dead letters
 * @param millis when it was written
 * @param ours whether it comes from the topic of marked notifications, which the bucket cannot write to
 */
record Notification(byte[] value, String place, long millis, boolean ours) {}
