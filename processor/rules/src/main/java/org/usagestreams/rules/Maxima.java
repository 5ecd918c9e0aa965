package org.usagestreams.rules;

import java.util.Arrays;

/** Maxima of 64-bit floats, one per group; nulls (NaN) are left out. */
final class Maxima {
    private double[] values = new double[64];

    Maxima() {
        Arrays.fill(values, Double.NaN);
    }

    void offer(int group, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        if (group >= values.length) {
            final int old = values.length;
            values = Arrays.copyOf(values, Math.max(group + 1, Math.multiplyExact(old, 2)));
            Arrays.fill(values, old, values.length, Double.NaN);
        }
        // Written so that the first value replaces NaN.
        if (!(values[group] >= value)) {
            values[group] = value;
        }
    }

    /**
     * Gives a group the maximum of a later group, or offers it.
     *
     * @param isNew whether the group has none yet; what its place held before belongs to a group that was moved
     */
    void move(int group, int from, boolean isNew) {
        final double value = get(from);
        if (isNew && group < values.length) {
            values[group] = Double.NaN;
        }
        offer(group, value);
    }

    /** NaN where nothing was offered. */
    double get(int group) {
        return group < values.length ? values[group] : Double.NaN;
    }
}
