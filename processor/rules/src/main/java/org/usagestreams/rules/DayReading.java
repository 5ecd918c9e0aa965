package org.usagestreams.rules;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.usagestreams.rules.DaySummary.Input;

/**
 * A day that is being summarised: its chunks are read and summed up, as many at a time as the caller wants, and then it has rows. The data
 * that was read is kept meanwhile, within {@link DayLimits}. Not thread-safe.
 */
public final class DayReading implements AutoCloseable {
    private final Input input;
    private final DayLimits limits;
    private final Supplier<Spill> spills;

    /** The day at once, or by portions; null before it is begun, and again where it has turned out to be large. */
    private Derivation derivation;

    private boolean isLarge;
    private boolean isRead;

    /** A day that is read in steps before it has rows. */
    interface Derivation extends DayRows {
        /** Reads and sums up all that there is; no row is made before they are done. */
        Steps reading();
    }

    DayReading(Input input, DayLimits limits, Supplier<Spill> spills) {
        this.input = input;
        this.limits = limits;
        this.spills = spills;
        isLarge = limits.portions() > 0;
    }

    /**
     * Reads chunks, at least one where there is one.
     *
     * @param enough asked after each step but the last: whether to stop for now
     * @return whether all was read, so that there are rows
     * @throws DayOverBudgetException if the slices take more than the limits allow
     */
    public boolean read(BooleanSupplier enough) {
        if (!isLarge) {
            try {
                return read(() -> new WholeDay(input, new DayBudget(limits)), enough);
            } catch (DayOverBudgetException e) {
                if (!e.isOfMemory()) {
                    throw e;
                }
            }
            // Out of the catch block, so that nothing holds on to what was read so far.
            close();
            isLarge = true;
            if (enough.getAsBoolean()) {
                return false;
            }
        }
        return read(() -> new PortionedDay(input, limits, spills.get()), enough);
    }

    private boolean read(Supplier<Derivation> begin, BooleanSupplier enough) {
        if (derivation == null) {
            derivation = begin.get();
        }
        isRead = derivation.reading().run(enough);
        return isRead;
    }

    /**
     * The rows, once all was read. To close them is to close this.
     *
     * @throws IllegalStateException if chunks are left
     */
    public DayRows rows() {
        if (!isRead) {
            throw new IllegalStateException("chunks of " + input.day() + " are left");
        }
        return derivation;
    }

    /** Lets go of what was read. */
    @Override
    public void close() {
        if (derivation != null) {
            derivation.close();
            derivation = null;
        }
    }
}
