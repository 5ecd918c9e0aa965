package org.usagestreams.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ManualTime;

class ReferenceFollowServiceTest {
    private static final long SECOND = 1_000;

    private final ManualTime time = new ManualTime();
    /** When comparisons were tried, in seconds since the start. */
    private final List<Long> tries = new ArrayList<>();

    private final long start = time.milliseconds();
    private boolean turn = true;
    private boolean down;

    private final ReferenceFollowService service = new ReferenceFollowService(
            time,
            () -> turn,
            () -> {
                tries.add((time.milliseconds() - start) / SECOND);
                if (down) {
                    throw new SQLException("connection refused");
                }
                return new ReferenceFollower.Result(7, 1, 3);
            },
            Duration.ofMinutes(1));

    private void run(int seconds) {
        for (int i = 0; i < seconds; i++) {
            service.step();
            time.sleep(SECOND);
        }
    }

    @Test
    void shouldCompareAtStartAndAtTheInterval() {
        run(130);
        assertThat(tries).containsExactly(0L, 60L, 120L);
        assertThat(service.changes()).isEqualTo(9);
        assertThat(service.organisationsRead()).isEqualTo(7);
        assertThat(service.organisationsFailed()).isEqualTo(1);
        assertThat(service.ageSeconds()).isEqualTo(10);
    }

    @Test
    void shouldTryAgainWithGrowingPausesAndGoOn() {
        run(1);
        down = true;
        run(150);
        assertThat(tries).containsExactly(0L, 60L, 61L, 63L, 67L, 75L, 91L, 123L);
        assertThat(service.failures()).isEqualTo(7);
        assertThat(service.ageSeconds()).isEqualTo(151);

        down = false;
        run(60);
        assertThat(tries).endsWith(123L, 183L);
        assertThat(service.ageSeconds()).isLessThan(60);
        down = true;
        run(60);
        assertThat(tries).endsWith(183L, 243L, 244L, 246L, 250L, 258L);
    }

    @Test
    void shouldLeaveItToTheInstanceWhoseTurnItIs() {
        turn = false;
        run(100);
        assertThat(tries).isEmpty();
        assertThat(service.ageSeconds()).isZero();
        assertThat(service.organisationsRead()).isZero();

        turn = true;
        run(1);
        assertThat(tries).containsExactly(100L);
        turn = false;
        run(1);
        assertThat(service.ageSeconds()).isZero();
        assertThat(service.organisationsRead()).isZero();
        turn = true;
        run(1);
        assertThat(tries)
                .as("what another instance read meanwhile is not known here")
                .containsExactly(100L, 102L);
    }
}
