package org.usagestreams.reconciler;

/**
 * How many objects one comparison may declare removed. Otherwise an empty listing, or one of another bucket, would retract
 * everything.
 *
 * @param percent of the objects that the ledger knows
 * @param least so many are always allowed
 * @param most never more than this; it bounds the memory of a comparison
 */
public record RemovalLimit(int percent, int least, int most) {
    /** No limit: someone has looked, and wants it so. */
    public static final RemovalLimit NONE = new RemovalLimit(100, Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Whether any number is allowed. */
    boolean isNone() {
        return least == Integer.MAX_VALUE;
    }

    /** The number that is allowed where the ledger knows so many objects. */
    public long of(long known) {
        return Math.min(most, Math.max(least, known / 100 * percent + known % 100 * percent / 100));
    }
}
