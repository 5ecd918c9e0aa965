package org.usagestreams.splitter;

import java.io.IOException;
import org.usagestreams.splitter.HandOnException.Cause;

/**
 * The budget for reading one object. Memory is counted as it is retained and released, text as it is decoded; the object's own claims are
 * not trusted. Not thread-safe.
 */
final class ObjectBudget {
    /** Texts of so many bytes are decoded of each column, however much the others hold. */
    private static final long LEAST_WINDOW_BYTES = 1 << 20;

    /** Whoever sets the pace is asked after so many bytes of text. */
    private static final long PACE_BYTES = 1 << 20;

    private final long memoryBytes;
    private final long textBytes;
    private final long laneValues;
    private final long laneTextBytes;
    private final long batchTextBytes;
    private final Pace pace;
    private long held;
    private long windowText;
    private long decoded;
    private long decodedAtPace;

    /** An object exceeds its budget, and must be rejected. Unchecked, as it passes through Parquet's readers. */
    static final class OverBudgetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Why a lane that hands on does so. */
        final Cause cause;

        private OverBudgetException(Cause cause, String message) {
            super(message);
            this.cause = cause;
        }
    }

    /** Asked now and then whether there is time for more. */
    @FunctionalInterface
    interface Pace {
        /** @throws IOException to end the work */
        void proceed() throws IOException;
    }

    /** The work was ended: the cause is what {@link Pace#proceed} threw. Unchecked, as it passes through Parquet's readers. */
    static final class EndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private EndedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * A budget of which nothing is used.
     *
     * @param objectBytes the object's size
     * @param pace asked also within a batch, since texts of a single one can take long
     */
    ObjectBudget(SplitLimits limits, long objectBytes, Pace pace) {
        this.pace = pace;
        memoryBytes = limits.memoryBytes();
        textBytes = limits.text().of(objectBytes);
        laneValues = limits.laneValues();
        laneTextBytes = limits.laneTextBytes();
        batchTextBytes = limits.batchBytes() / 2;
    }

    /**
     * Counts memory that is about to be retained.
     *
     * @throws OverBudgetException if it is more than is left
     */
    void hold(long bytes) {
        if (bytes < 0 || bytes > memoryBytes - held) {
            throw new OverBudgetException(
                    Cause.MEMORY,
                    "reading it would hold " + sum(held, bytes) + " bytes of memory, over the limit of " + memoryBytes
                            + " (setting splitter.object.memory.bytes)");
        }
        held += bytes;
    }

    /**
     * Asks for memory that is retained for a moment, or counted later.
     *
     * @throws OverBudgetException if it is more than is left
     */
    void require(long bytes) {
        hold(bytes);
        release(bytes);
    }

    /**
     * Takes notice of how many values are to be read.
     *
     * @throws OverBudgetException if they are more than the lane reads
     */
    void claim(long values) {
        if (values > laneValues) {
            throw new OverBudgetException(
                    Cause.VALUES,
                    "its needed columns claim " + values + " values, over splitter.large.from.values=" + laneValues);
        }
    }

    /** Gives back what was held. */
    void release(long bytes) {
        held -= bytes;
    }

    /**
     * Counts text that is about to be decoded.
     *
     * @throws OverBudgetException if it is more than is left
     * @throws EndedException if there is no time for more
     */
    void decode(long bytes) {
        requireText(bytes);
        decoded += bytes;
        if (decoded - decodedAtPace >= PACE_BYTES) {
            decodedAtPace = decoded;
            try {
                pace.proceed();
            } catch (IOException e) {
                throw new EndedException(e);
            }
        }
    }

    /**
     * Asks whether text may be decoded that is there for certain, before any of it is.
     *
     * @throws OverBudgetException if it is more than is left
     */
    void requireText(long bytes) {
        if (bytes > textBytes - decoded) {
            throw new OverBudgetException(
                    Cause.TEXT,
                    "its texts are decoded to more than " + textBytes
                            + " bytes, the limit for its size (settings splitter.object.text.base.bytes and"
                            + " splitter.object.text.per.byte)");
        }
        if (bytes > laneTextBytes - decoded) {
            throw new OverBudgetException(
                    Cause.TEXT, "its texts are decoded to more than splitter.large.from.text.bytes=" + laneTextBytes);
        }
    }

    /** Counts text of the rows that are decoded, as {@link #hold} does. */
    void holdText(long bytes) {
        hold(bytes);
        windowText += bytes;
    }

    /** Gives back text of rows that are done with. */
    void releaseText(long bytes) {
        release(bytes);
        windowText -= bytes;
    }

    /**
     * Whether a column is to decode no further rows for now: the texts of all columns are enough for a batch. Each may have a
     * little, so that none waits for another.
     *
     * @param retained by the column's texts
     */
    boolean endsWindow(long retained) {
        return windowText >= batchTextBytes && retained >= LEAST_WINDOW_BYTES;
    }

    private static String sum(long held, long more) {
        return more < 0 || held + more < 0 ? "more than " + Long.MAX_VALUE : String.valueOf(held + more);
    }
}
