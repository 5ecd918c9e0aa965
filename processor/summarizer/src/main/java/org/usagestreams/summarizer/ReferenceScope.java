package org.usagestreams.summarizer;

import java.time.YearMonth;
import java.util.Set;
import org.usagestreams.wire.chunk.DayKey;

/**
 * Which days a change of reference data may touch.
 *
 * @param organisation the days of this organisation; empty for all
 * @param source the days of this source; null for all
 * @param months the days of these months; null for all
 */
record ReferenceScope(String organisation, String source, Set<YearMonth> months) {
    /** All days. */
    static final ReferenceScope ALL = new ReferenceScope("", null, null);

    /** Whether it is all days of the organisation. */
    boolean isWhole() {
        return source == null && months == null;
    }

    /** Whether the change may touch the day. */
    boolean includes(DayKey day) {
        return (organisation.isEmpty() || organisation.equals(day.organisation()))
                && (source == null || source.equals(day.source()))
                && (months == null || months.contains(YearMonth.from(day.date())));
    }
}
