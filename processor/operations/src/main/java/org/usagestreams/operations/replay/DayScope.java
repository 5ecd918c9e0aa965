package org.usagestreams.operations.replay;

import java.time.LocalDate;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Which days are meant; what is null does not matter.
 *
 * @param organisation as object keys name it
 * @param source the cluster's UUID, in lower case
 * @param from first usage date
 * @param to last usage date
 */
public record DayScope(String organisation, String source, LocalDate from, LocalDate to) {
    /** Every day. */
    public static final DayScope ALL = new DayScope(null, null, null, null);

    /** Whether the day is meant. */
    boolean contains(DayKey day) {
        return isOf(day.organisation(), day.source())
                && (from == null || !day.date().isBefore(from))
                && (to == null || !day.date().isAfter(to));
    }

    /** Whether days that are meant can be in the report. */
    boolean mayHold(ReportKey report) {
        return isOf(report.organisation(), report.source());
    }

    private boolean isOf(String otherOrganisation, String otherSource) {
        return (organisation == null || organisation.equals(otherOrganisation))
                && (source == null || source.equals(otherSource));
    }
}
