package org.usagestreams.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrashReportTest {
    private static CrashReport report(int tornAllowed) {
        final CrashRounds.Round round = new CrashRounds.Round(
                1,
                40,
                List.of("kill connect", "kill broker", "kill connect"),
                Duration.ofSeconds(2),
                204,
                Map.of("kill connect", new DayTally.Seen(70, 2, 9, 1), "none yet", new DayTally.Seen(30, 1, 3, 0)),
                List.of(),
                List.of());
        return new CrashReport(
                "scripts/crash",
                Duration.ofMinutes(1),
                "`fsync=on`",
                tornAllowed,
                new TopicCompaction.Left(900, 120),
                List.of(round));
    }

    @Test
    void shouldReportTornDaysByFault() {
        assertThat(report(4).page())
                .contains(
                        "| kill connect | 2 | 70 | 2 | 1 |",
                        "| kill broker | 1 | 0 | 0 | 0 |",
                        "| none yet | 0 | 30 | 1 | 0 |")
                .contains("100 looks", "3 torn days", "`fsync=on`", "Of 900 offsets of the summary topic, 120 records");
    }

    @Test
    void shouldFailByMoreTornDaysAndStepsBackThanAreAllowed() {
        assertThat(report(3).isTornTooOften()).isTrue();
        assertThat(report(3).page()).contains("At most 3 torn days and steps back are allowed", "the test has failed");
        assertThat(report(4).isTornTooOften()).isFalse();
    }
}
