package org.usagestreams.rules;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.usagestreams.wire.message.SliceEnd;

/** The rows of one day, which are made when they are asked for. All chunks were read, and the day is within its limits. */
public interface DayRows extends AutoCloseable {
    /** How many rows there are at most. */
    long size();

    /** Whether the day takes too much memory at once, so that it takes long to make its rows. */
    boolean isOfLargeDay();

    /** The pod and storage slices without a line item that counts, since newer objects have them all (rule 3). */
    List<SliceEnd> without();

    /**
     * Passes on rows, in an order that depends only on the slices and the limits, each of them once. Goes on where it stopped.
     *
     * @param rows takes each row; always the same
     * @param enough asked after each step but the last: whether to stop for now
     * @return whether all were passed on
     */
    boolean emit(Consumer<SummaryRow> rows, BooleanSupplier enough);

    /** Lets go of what was kept to make rows. May be called again. */
    @Override
    void close();
}
