package org.usagestreams.summarizer;

/** What the broker knows of how far this application has read the chunk and the reference topic. */
public interface ReadProgress {
    /** Whether all that is there now in these partitions has been read and committed. */
    boolean isRead(int partition);

    /** Whether the chunk topic's partition begins with the record at that offset. */
    boolean isFirst(int partition, long offset);
}
