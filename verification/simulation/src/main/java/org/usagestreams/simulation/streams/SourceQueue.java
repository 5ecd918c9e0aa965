package org.usagestreams.simulation.streams;

import java.util.ArrayDeque;
import java.util.Deque;
import org.usagestreams.simulation.Fetched;
import org.usagestreams.simulation.LogRecord;

/** What was fetched of one partition and is not processed yet. */
final class SourceQueue {
    private final Deque<LogRecord> records = new ArrayDeque<>();
    private long position;
    private long next;
    private boolean consumed;

    SourceQueue(long position) {
        this.position = position;
        next = position;
    }

    /** Where to fetch from. */
    long position() {
        return position;
    }

    void add(Fetched fetched) {
        records.addAll(fetched.records());
        position = fetched.next();
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    int size() {
        return records.size();
    }

    LogRecord head() {
        return records.peek();
    }

    LogRecord take() {
        final LogRecord record = records.remove();
        consumed = true;
        // Behind the last buffered record lies where the fetch ended, control records included.
        next = records.isEmpty() ? position : records.peek().offset();
        return record;
    }

    /** Whether a record was processed. */
    boolean hasConsumed() {
        return consumed;
    }

    /** The offset to be committed. */
    long next() {
        return next;
    }
}
