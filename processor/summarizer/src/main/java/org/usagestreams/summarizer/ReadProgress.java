package org.usagestreams.summarizer;

/** The progress of this application on the chunk and the reference topic, according to the broker. */
public interface ReadProgress {
    /** Whether all that is there now in these partitions has been read and committed. */
    boolean isRead(int partition);

    /** Whether the chunk topic's partition begins with the record at that offset. */
    boolean isFirst(int partition, long offset);
}
