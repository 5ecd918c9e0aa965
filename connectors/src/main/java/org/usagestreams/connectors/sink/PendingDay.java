package org.usagestreams.connectors.sink;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** A day with staged records that are not loaded yet. Used by one thread. */
final class PendingDay {
    private static final long NONE = -1;

    private final TopicPartition partition;
    private final RowKey.Day day;
    private final int number;
    private long first = NONE;
    private long firstBehindMarker = NONE;
    private long rows;
    private long rowsBehindMarker;
    private int passes;
    private boolean tombstones;
    private boolean moved;
    private DayMarker marker;
    private Uuid topicId;

    /** @param number names the day in the stage */
    PendingDay(TopicPartition partition, RowKey.Day day, int number) {
        this.partition = partition;
        this.day = day;
        this.number = number;
    }

    TopicPartition partition() {
        return partition;
    }

    RowKey.Day day() {
        return day;
    }

    int number() {
        return number;
    }

    /** The last marker; null if none has come. */
    DayMarker marker() {
        return marker;
    }

    /** The topic on which the marker stands; null for the one that is read. */
    Uuid topicId() {
        return topicId;
    }

    /** The day was set aside, and is tried again. */
    void retry(SetAsideTable.Entry aside) {
        end(aside.marker());
        topicId = aside.topicId();
    }

    /** Rows and tombstones up to the marker. */
    long rows() {
        return rows - rowsBehindMarker;
    }

    /** Whether several passes' rows are staged, so that a row may be there more than once. */
    boolean hasSeveralPasses() {
        return passes > 1;
    }

    /** Where reading has to begin again so that nothing of the day is missing; -1 if nothing is staged. */
    long first() {
        return first;
    }

    /** Whether some of the rows no longer exist. */
    boolean hasTombstones() {
        return tombstones;
    }

    /** Whether an expansion of partitions has written some of its records again, so that the table may have them already. */
    boolean isMoved() {
        return moved;
    }

    /** An expansion of partitions has written one of its records again. */
    void move() {
        moved = true;
    }

    /** Where reading would have to begin again if all up to the marker were loaded; -1 for nowhere. */
    long firstBehindMarker() {
        return firstBehindMarker;
    }

    /** A row was staged. */
    void row(long offset, boolean gone) {
        tombstones |= gone;
        first = first == NONE ? offset : first;
        firstBehindMarker = firstBehindMarker == NONE ? offset : firstBehindMarker;
        rows++;
        rowsBehindMarker++;
    }

    /** All rows so far are those of a whole revision. */
    void end(DayMarker end) {
        first = first == NONE ? end.offset() : first;
        firstBehindMarker = NONE;
        rowsBehindMarker = 0;
        marker = end;
        passes++;
    }

    /** What was up to the marker is loaded; whether anything is left. */
    boolean loaded() {
        first = firstBehindMarker;
        rows = rowsBehindMarker;
        passes = 0;
        // Of the rows behind the marker it is not known: the statement that finds none is run once more than needed.
        tombstones &= first != NONE;
        moved &= first != NONE;
        marker = null;
        return first != NONE;
    }
}
