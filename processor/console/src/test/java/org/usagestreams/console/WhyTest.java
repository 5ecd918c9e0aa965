package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhyTest {
    private static ObjectNode entry(String state) {
        return SystemState.JSON.createObjectNode().put("state", state);
    }

    private static Why why(JsonNode entry) {
        return Why.of(List.of(entry), Why.Surroundings.UNKNOWN);
    }

    @Test
    void shouldSayThatNoNotificationWasReadOfWhatTheLedgerDoesNotKnow() {
        final Why why = Why.of(List.of(), Why.Surroundings.UNKNOWN);
        assertThat(why.headline()).isEqualTo("Not notified");
        assertThat(why.runbook()).contains("notification-is-lost");
    }

    @ParameterizedTest
    @CsvSource({
        "RECEIVED, Waiting to be read",
        "SPLIT, Waiting for a processor",
        "COUNTED, Waiting for the sink",
        "LOADED, It is loaded",
        "SUPERSEDED, Superseded",
        "REMOVED, Removed",
        "IGNORED, Ignored",
        "FAILED, Failed at step unknown"
    })
    void shouldAnswerForEachState(String state, String headline) {
        assertThat(why(entry(state)).headline()).isEqualTo(headline);
    }

    @Test
    void shouldTellTheStepAndTheReasonOfAFailure() {
        final Why why = why(entry("FAILED").put("failed_step", "SPLIT").put("reason", "no Parquet"));
        assertThat(why.headline()).isEqualTo("Failed at step SPLIT");
        assertThat(why.detail()).isEqualTo("no Parquet");
    }

    @Test
    void shouldTellWhatSupersededIt() {
        assertThat(why(entry("SUPERSEDED").put("reason", "a newer version")).detail())
                .contains("a newer version");
    }

    @Test
    void shouldTellThatADayIsHeldUpBeforeThatTheSinkIsDown() {
        assertThat(Why.of(List.of(entry("COUNTED")), new Why.Surroundings(false, 3L, "2025-11-03: no partition"))
                        .detail())
                .contains("2025-11-03: no partition");
        assertThat(Why.of(List.of(entry("COUNTED")), new Why.Surroundings(false, 3L, null))
                        .headline())
                .isEqualTo("The sink is down");
        assertThat(Why.of(List.of(entry("COUNTED")), new Why.Surroundings(true, 1_234L, null))
                        .detail())
                .contains("1\u202f234 records");
    }

    @Test
    void shouldAnswerForTheNewestVersion() {
        assertThat(Why.of(List.of(entry("LOADED"), entry("SUPERSEDED")), Why.Surroundings.UNKNOWN)
                        .headline())
                .isEqualTo("It is loaded");
    }
}
