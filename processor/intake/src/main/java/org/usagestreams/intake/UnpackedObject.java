package org.usagestreams.intake;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * An object that a payload becomes: the rows of one report and usage date.
 *
 * @param report which report
 * @param date the usage date, UTC, of all rows
 * @param name the last part of its key, the same for all objects of a payload
 * @param file its bytes
 * @param rows how many line items
 * @param manifestId see {@link Manifest#id}
 * @param hours see {@link Manifest#hours}
 */
public record UnpackedObject(
        PayloadReport report, LocalDate date, String name, Path file, long rows, String manifestId, long hours) {
    /**
     * The object's key. It follows from the payload: the same payload twice has the same keys.
     *
     * @param organisation without slashes
     */
    public String key(String organisation, UUID source) {
        return String.format(
                Locale.ROOT,
                "data/%s/OCP/source=%s/year=%04d/month=%02d/day=%02d/%s/%s.parquet",
                organisation,
                source,
                date.getYear(),
                date.getMonthValue(),
                date.getDayOfMonth(),
                report.segment(),
                name);
    }

    /** The object's user metadata. */
    public Map<String, String> metadata() {
        return Map.of(
                "ManifestId", manifestId,
                "ReportNumHours", Long.toString(hours),
                "ReportDateStart", date.toString());
    }
}
