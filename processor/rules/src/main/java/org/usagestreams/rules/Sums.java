package org.usagestreams.rules;

import java.util.Arrays;

/**
 * Sums of 64-bit floats, a fixed number of them per group. Nulls (NaN) are left out; a sum of nothing is null.
 *
 * <p>Neumaier's compensated summation: the error does not grow with the number of terms, so the difference between a capacity and a sum is
 * exact as well.
 */
final class Sums {
    private final int width;
    private double[] totals;
    private double[] carries;

    Sums(int width) {
        this.width = width;
        totals = new double[64 * width];
        carries = new double[64 * width];
        Arrays.fill(totals, Double.NaN);
    }

    void add(int group, int measure, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        final int slot = group * width + measure;
        if (slot >= totals.length) {
            grow(slot);
        }
        final double total = totals[slot];
        if (Double.isNaN(total)) {
            totals[slot] = value;
            return;
        }
        final double sum = total + value;
        carries[slot] += Math.abs(total) >= Math.abs(value) ? (total - sum) + value : (value - sum) + total;
        totals[slot] = sum;
    }

    /** Adds another's sum to one of this. */
    void addSum(int group, int measure, Sums other, int otherGroup) {
        final int slot = otherGroup * other.width + measure;
        if (slot < other.totals.length && !Double.isNaN(other.totals[slot])) {
            add(group, measure, other.totals[slot]);
            add(group, measure, other.carries[slot]);
        }
    }

    /**
     * Gives a group the sum of a later group, as {@link #addSum} would to a new group, or adds it.
     *
     * @param isNew whether the group has no sum yet; what its place held before belongs to a group that was moved
     */
    void move(int group, int measure, int from, boolean isNew) {
        final int slot = from * width + measure;
        final double total = slot < totals.length ? totals[slot] : Double.NaN;
        final double carry = slot < totals.length ? carries[slot] : 0;
        final int to = group * width + measure;
        if (isNew && to < totals.length) {
            totals[to] = Double.NaN;
            carries[to] = 0;
        }
        if (!Double.isNaN(total)) {
            add(group, measure, total);
            add(group, measure, carry);
        }
    }

    /** Takes over another's sum as it is, carry included. */
    void copy(int group, int measure, Sums other, int otherGroup) {
        final int slot = group * width + measure;
        final int from = otherGroup * other.width + measure;
        if (from < other.totals.length && !Double.isNaN(other.totals[from])) {
            if (slot >= totals.length) {
                grow(slot);
            }
            totals[slot] = other.totals[from];
            carries[slot] = other.carries[from];
        }
    }

    /** NaN where nothing was added. */
    double get(int group, int measure) {
        final int slot = group * width + measure;
        return slot < totals.length ? totals[slot] + carries[slot] : Double.NaN;
    }

    private void grow(int slot) {
        final int old = totals.length;
        final int capacity = Math.max(slot + 1, Math.multiplyExact(old, 2));
        totals = Arrays.copyOf(totals, capacity);
        carries = Arrays.copyOf(carries, capacity);
        Arrays.fill(totals, old, capacity, Double.NaN);
    }
}
