package org.usagestreams.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;

/** How far a day is complete. */
class CompleteHoursTest {
    private static final LocalDate DATE = LocalDate.of(2025, 11, 3);

    private static SliceEnd slice(ReportType type, int... hours) {
        return SliceEnd.newBuilder()
                .setSlice(Slice.newBuilder().setReport(org.usagestreams.wire.message.ReportType.valueOf(type.name())))
                .addAllIntervalStarts(Arrays.stream(hours)
                        .mapToObj(hour -> DATE.toEpochSecond(LocalTime.of(hour, 0), ZoneOffset.UTC) * 1_000_000)
                        .toList())
                .build();
    }

    @Test
    void shouldCountFromMidnightToTheFirstGap() {
        final List<SliceEnd> slices = List.of(
                slice(ReportType.POD_USAGE, 1, 3),
                slice(ReportType.POD_USAGE, 0, 1),
                slice(ReportType.STORAGE_USAGE, 0, 1, 2, 3, 4));
        assertEquals(OptionalInt.of(2), CompleteHours.of(slices, ReportType.POD_USAGE, DATE));
        assertEquals(OptionalInt.of(5), CompleteHours.of(slices, ReportType.STORAGE_USAGE, DATE));
        assertEquals(OptionalInt.of(0), CompleteHours.of(slices, ReportType.NODE_LABELS, DATE));
    }

    @Test
    void shouldKnowAWholeDay() {
        final int[] day = new int[24];
        Arrays.setAll(day, hour -> hour);
        assertEquals(
                OptionalInt.of(24),
                CompleteHours.of(List.of(slice(ReportType.POD_USAGE, day)), ReportType.POD_USAGE, DATE));
    }

    @Test
    void shouldNotGuessWhereASliceHasTooManyStartsToTell() {
        assertEquals(
                OptionalInt.empty(),
                CompleteHours.of(
                        List.of(slice(ReportType.POD_USAGE, 0), slice(ReportType.POD_USAGE)),
                        ReportType.POD_USAGE,
                        DATE));
    }
}
