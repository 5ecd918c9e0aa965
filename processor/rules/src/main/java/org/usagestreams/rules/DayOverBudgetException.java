package org.usagestreams.rules;

/** A day takes more than {@link DayLimits} allow. Thrown before its first row; the message has the figures. */
public final class DayOverBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DayOverBudgetException(String message) {
        super(message);
    }
}
