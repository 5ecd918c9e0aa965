package org.usagestreams.rules;

/** A day takes more than {@link DayLimits} allow. Thrown before its first row; the message has the figures. */
public final class DayOverBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean ofMemory;

    private DayOverBudgetException(String message, boolean ofMemory) {
        super(message);
        this.ofMemory = ofMemory;
    }

    /** It takes more than the limit by itself, however it is divided. */
    DayOverBudgetException(String message) {
        this(message, false);
    }

    /** It takes too much memory at once. */
    static DayOverBudgetException ofMemory(String message) {
        return new DayOverBudgetException(message, true);
    }

    /** There is no room for what does not fit in memory. */
    public static DayOverBudgetException ofSpill(String reason) {
        return new DayOverBudgetException(reason, false);
    }

    /** Whether a portion of the day may do with less. */
    boolean isOfMemory() {
        return ofMemory;
    }
}
