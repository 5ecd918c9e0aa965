package org.usagestreams.rules;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.SliceEnd;

/** Counts the complete hours of a day: hours from midnight (UTC) up to the first hour without a line item. */
public final class CompleteHours {
    private static final int HOURS = 24;

    private CompleteHours() {}

    /**
     * The hours that a report has from midnight on, 0 to 24.
     *
     * @param counted the slices of the day that count
     * @return empty where slices do not tell their interval starts: they have too many, or are of daily aggregates
     */
    public static OptionalInt of(List<SliceEnd> counted, ReportType type, LocalDate date) {
        final long midnight = date.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
        final BitSet hours = new BitSet(HOURS);
        for (final SliceEnd end : counted) {
            if (LiveSlices.typeOf(end) != type) {
                continue;
            }
            if (end.getIntervalStartsCount() == 0 || end.getSlice().getDaily()) {
                return OptionalInt.empty();
            }
            for (final long micros : end.getIntervalStartsList()) {
                final long second = Math.floorDiv(micros, TimeUnit.SECONDS.toMicros(1));
                hours.set(Math.floorMod(Math.floorDiv(second - midnight, TimeUnit.HOURS.toSeconds(1)), HOURS));
            }
        }
        return OptionalInt.of(hours.nextClearBit(0));
    }
}
