package org.usagestreams.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** Figures of the same thing. */
record Sample(double[] sorted) {
    static Sample of(Collection<Double> figures) {
        return new Sample(
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray());
    }

    /** Seconds from one instant to another. */
    static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    /** The middle figure, or the mean of the two in the middle. */
    double median() {
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The least figure that so large a part of all is not above. */
    double quantile(double part) {
        return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
    }

    double least() {
        return sorted[0];
    }

    double greatest() {
        return sorted[sorted.length - 1];
    }

    /** Median, and least to greatest where there are several. */
    String text(String format) {
        final String median = String.format(Locale.ROOT, format, median());
        return sorted.length == 1
                ? median
                : median + String.format(Locale.ROOT, " (" + format + "–" + format + ")", least(), greatest());
    }

    /** The figures as seconds: median, 99th percentile, greatest, and how many there are. */
    String latencies() {
        return String.format(
                Locale.ROOT,
                "p50 %.2f s, p99 %.2f s, greatest %.2f s of %d",
                median(),
                quantile(0.99),
                greatest(),
                sorted.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sample sample && Arrays.equals(sorted, sample.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}
