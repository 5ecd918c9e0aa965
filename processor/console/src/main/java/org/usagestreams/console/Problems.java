package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What is wrong, the worst first. */
final class Problems {
    private Problems() {}

    /**
     * Something that is wrong.
     *
     * @param tone {@code bad} or {@code wait}
     * @param runbook page and section under {@code docs/}
     */
    record Problem(String tone, String what, String runbook) {}

    static List<Problem> of(JsonNode state, int deadLetters) {
        final List<Problem> problems = new ArrayList<>();
        final JsonNode sink = state.path("sink");
        if (state.path("pulse").has("error")) {
            problems.add(new Problem(
                    "bad",
                    "PostgreSQL does not answer: " + Show.text(state.path("pulse"), "error"),
                    "troubleshooting.md#a-command-cannot-reach-something"));
        }
        if (state.path("splitter").has("error")) {
            problems.add(new Problem(
                    "bad",
                    "Kafka does not answer: " + Show.text(state.path("splitter"), "error"),
                    "troubleshooting.md#a-command-cannot-reach-something"));
        }
        for (final JsonNode instance : state.path("instances")) {
            if (!instance.path("ready").asBoolean()) {
                problems.add(new Problem(
                        instance.path("live").asBoolean() ? "wait" : "bad",
                        Show.text(instance, "service") + " " + Show.text(instance, "instance") + ": "
                                + Show.text(instance, "detail"),
                        "operations.md#usageinstancedown"));
            }
        }
        if (sink.has("runs") && !sink.path("runs").asBoolean()) {
            problems.add(new Problem(
                    "bad",
                    "The sink is not running, so no new rows reach PostgreSQL.",
                    "operations.md#usagesinkbehind"));
        }
        if (sink.path("refused").asInt() > 0) {
            problems.add(new Problem(
                    "bad",
                    "Days that PostgreSQL refuses: " + sink.path("refused").asInt(),
                    "operations.md#usagedaysrefused"));
        }
        if (deadLetters > 0) {
            problems.add(new Problem("wait", "Open dead letters: " + deadLetters, "operations.md#usagedeadletters"));
        }
        return problems;
    }
}
