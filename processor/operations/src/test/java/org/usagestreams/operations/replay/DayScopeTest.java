package org.usagestreams.operations.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.notification.ReportKey;

class DayScopeTest {
    private static final LocalDate DATE = LocalDate.of(2025, 11, 3);
    private static final DayKey DAY = new DayKey("org1", "s1", DATE);

    @Test
    void shouldContainEveryDayWhereNothingIsSaid() {
        assertThat(DayScope.ALL.contains(DAY)).isTrue();
        assertThat(DayScope.ALL.mayHold(report("org1", "s1"))).isTrue();
    }

    @Test
    void shouldLeaveOtherOrganisationsAndSourcesOut() {
        assertThat(new DayScope("org1", null, null, null).contains(DAY)).isTrue();
        assertThat(new DayScope("org2", null, null, null).contains(DAY)).isFalse();
        assertThat(new DayScope("org1", "s2", null, null).contains(DAY)).isFalse();
        assertThat(new DayScope("org1", null, null, null).mayHold(report("org1", "s1")))
                .isTrue();
        assertThat(new DayScope("org1", null, null, null).mayHold(report("org2", "s1")))
                .isFalse();
        assertThat(new DayScope(null, "s2", null, null).mayHold(report("org1", "s1")))
                .isFalse();
    }

    @Test
    void shouldContainBothEndsOfItsDates() {
        assertThat(new DayScope(null, null, DATE, DATE).contains(DAY)).isTrue();
        assertThat(new DayScope(null, null, DATE.plusDays(1), DATE.plusDays(1)).contains(DAY))
                .isFalse();
        assertThat(new DayScope(null, null, DATE.minusDays(2), DATE.minusDays(1)).contains(DAY))
                .isFalse();
    }

    private static ReportKey report(String organisation, String source) {
        return new ReportKey(organisation, source, ReportType.POD_USAGE, false);
    }
}
