package org.usagestreams.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DayStatesTest {
    private final DayStates states = new DayStates();

    private void look(String a, String b) {
        states.look(Map.of("a", a, "b", b));
    }

    @Test
    void shouldFindNothingWhereEachDayChangesOnce() {
        look("1", "1");
        look("1", "2");
        look("3", "2");
        look("3", "2");
        assertThat(states.torn()).isEmpty();
        assertThat(states.stepsBack()).isEmpty();
        assertThat(states.changed()).containsExactlyInAnyOrder("a", "b");
        assertThat(states.looks()).isEqualTo(4);
    }

    @Test
    void shouldFindAStateBetween() {
        look("1", "1");
        look("half", "1");
        look("2", "1");
        assertThat(states.torn()).containsExactly("a: half");
        assertThat(states.stepsBack()).isEmpty();
        assertThat(states.changed()).containsExactly("a");
    }

    @Test
    void shouldFindADayThatWasEmptyForAMoment() {
        look("1", "1");
        states.look(Map.of("a", "1"));
        look("1", "1");
        assertThat(states.torn()).containsExactly("b: nothing");
        assertThat(states.stepsBack()).containsExactly("b: 1");
    }

    @Test
    void shouldFindAStateThatComesAgain() {
        look("1", "1");
        look("1", "2");
        look("1", "1");
        assertThat(states.stepsBack()).containsExactly("b: 1");
    }

    @Test
    void shouldTakeADayThatIsNewForOneThatChanged() {
        states.look(Map.of());
        states.look(Map.of("a", "1"));
        assertThat(states.changed()).containsExactly("a");
        assertThat(states.torn()).isEmpty();
    }
}
