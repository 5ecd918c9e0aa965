package org.usagestreams.summarizer;

import java.time.Duration;

/**
 * How dirty days are paced; each component is a setting.
 *
 * @param quiet a dirty day is summarised once its inputs have not changed for this long
 * @param longestDelay or this long after it became dirty
 * @param tick how often dirty days are looked at
 * @param budget how long a stream thread summarises days before it commits and reads records again
 * @param turn how long it works on one day before it serves others
 * @param transactionTimeout the broker aborts a transaction after this long
 * @param attempts how often a day may outlast the transaction time-out before it is set aside
 * @param retry how long a day is first set aside; the time doubles from attempt to attempt, up to a day
 */
public record DayPacing(
        Duration quiet,
        Duration longestDelay,
        Duration tick,
        Duration budget,
        Duration turn,
        Duration transactionTimeout,
        int attempts,
        Duration retry) {
    /** The documented defaults. */
    public static final DayPacing DEFAULTS = new DayPacing(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            Duration.ofSeconds(60),
            3,
            Duration.ofHours(1));

    /** The part of the transaction time-out that a budget may take: the last day of a budget comes on top. */
    private static final int PARTS = 4;

    /**
     * Checks the budget against the transaction time-out.
     *
     * @throws IllegalArgumentException if a transaction could time out in its ordinary course
     */
    public DayPacing {
        requirePart("summary.budget.ms", budget, transactionTimeout);
    }

    /** These, with another budget and transaction time-out. */
    public DayPacing with(Duration otherBudget, Duration otherTransactionTimeout) {
        return new DayPacing(quiet, longestDelay, tick, otherBudget, turn, otherTransactionTimeout, attempts, retry);
    }

    /** These, with another turn. */
    DayPacing withTurn(Duration other) {
        return new DayPacing(quiet, longestDelay, tick, budget, other, transactionTimeout, attempts, retry);
    }

    /**
     * Checks that a time is a small part of the transaction time-out.
     *
     * @throws IllegalArgumentException if it is not
     */
    static void requirePart(String setting, Duration time, Duration transactionTimeout) {
        if (time.multipliedBy(PARTS).compareTo(transactionTimeout) > 0) {
            throw new IllegalArgumentException("Cannot use " + setting + "=" + time.toMillis()
                    + ": it is more than a quarter of summary.transaction.timeout.ms=" + transactionTimeout.toMillis()
                    + ", so transactions could time out. Lower the one or raise the other.");
        }
    }
}
