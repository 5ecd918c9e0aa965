package org.usagestreams.intake;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;

/**
 * A payload's {@code manifest.json}: which cluster sent what, and when.
 *
 * @param uuid names the manifest; a manifest can come in several payloads, each with some of its files
 * @param clusterId the cluster's id, as reference data has it
 * @param version the operator's version or commit; empty where it is missing
 * @param date when the operator packed
 * @param files names of the CSV files that count
 * @param optimizationFiles names of the CSV files for resource optimisation
 * @param start first time covered; null where it is missing, as in payloads of old operators
 * @param end last time covered; null where it is missing
 * @param daily whether the payload holds whole days so far, of which a later one replaces an earlier one
 */
public record Manifest(
        UUID uuid,
        String clusterId,
        String version,
        Instant date,
        Set<String> files,
        Set<String> optimizationFiles,
        Instant start,
        Instant end,
        boolean daily) {
    private static final int SECONDS_OF_AN_HOUR = 3600;

    /**
     * The {@code ManifestId} of the payload's objects: a decimal number that grows with the time of packing, then with the end of
     * what is covered, and that differs between manifests.
     */
    public String id() {
        final long micros =
                Math.addExact(Math.multiplyExact(date.getEpochSecond(), 1_000_000L), date.getNano() / 1_000);
        final long covered = end == null ? 0 : Math.max(0, end.getEpochSecond());
        return String.format(
                "%d%010d%010d", Math.max(0, micros), covered % 10_000_000_000L, uuid.getMostSignificantBits() >>> 32);
    }

    /**
     * The {@code ReportNumHours} of a day's objects: the hours of the day that the manifest covers, begun ones included. 0 where the
     * payload is additive.
     */
    public long hours(LocalDate day) {
        if (!daily || start == null || end == null) {
            return 0;
        }
        final Instant from = later(start, day.atStartOfDay().toInstant(ZoneOffset.UTC));
        final Instant to = earlier(coveredEnd(), day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        final long seconds = to.getEpochSecond() - from.getEpochSecond();
        return seconds <= 0 ? 0 : (seconds + SECONDS_OF_AN_HOUR - 1) / SECONDS_OF_AN_HOUR;
    }

    /** An end on the first of the month after the start's means the last day of the start's month. */
    private Instant coveredEnd() {
        final LocalDate first =
                LocalDate.ofInstant(start, ZoneOffset.UTC).withDayOfMonth(1).plusMonths(1);
        return LocalDate.ofInstant(end, ZoneOffset.UTC).equals(first)
                ? first.atStartOfDay().toInstant(ZoneOffset.UTC)
                : end;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
