package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong, the worst first. The limits are those of the alerts. */
final class Problems {
    private static final String UNREACHABLE = "troubleshooting.md#a-command-cannot-reach-something";
    private static final int LATE_SECONDS = 120;
    private static final int STALE_SECONDS = 900;
    private static final int COMPLETIONS_SECONDS = 60;
    private static final int NOTIFICATIONS = 100;
    private static final int SINK_RECORDS = 10_000;

    private final List<Problem> found = new ArrayList<>();

    private Problems() {}

    /**
     * Something that is wrong.
     *
     * @param tone {@code bad} or {@code wait}
     * @param runbook page and section under {@code docs/}
     */
    record Problem(String tone, String what, String runbook) {}

    static List<Problem> of(JsonNode state, List<Fleet.Row> fleet, int deadLetters) {
        final Problems problems = new Problems();
        problems.outside(state);
        fleet.forEach(row -> problems.instance(row, state));
        problems.progress(state);
        problems.counts(state.path("instances"));
        if (Fleet.versions(fleet).size() > 1) {
            problems.waiting(
                    "Several versions run: " + String.join(", ", Fleet.versions(fleet)) + ".", "how-to/upgrade.md");
        }
        if (deadLetters > 0) {
            problems.waiting("Open dead letters: " + deadLetters, "operations.md#usagedeadletters");
        }
        problems.found.sort(Comparator.comparing(problem -> "bad".equals(problem.tone()) ? 0 : 1));
        return List.copyOf(problems.found);
    }

    private void bad(String what, String runbook) {
        found.add(new Problem("bad", what, runbook));
    }

    private void waiting(String what, String runbook) {
        found.add(new Problem("wait", what, runbook));
    }

    private void outside(JsonNode state) {
        if (state.path("pulse").has("error")) {
            bad("PostgreSQL does not answer: " + Show.text(state.path("pulse"), "error"), UNREACHABLE);
        }
        if (state.path("splitter").has("error")) {
            bad("Kafka does not answer: " + Show.text(state.path("splitter"), "error"), UNREACHABLE);
        }
        if (state.path("instances").has("error")) {
            bad("The folders of instances cannot be read: " + Show.text(state.path("instances"), "error"), UNREACHABLE);
        }
    }

    private void instance(Fleet.Row row, JsonNode state) {
        final String name = (row.service().isEmpty() ? "instance" : row.service()) + " " + row.name();
        switch (row.health()) {
            case "none" -> {
                if (!"sink".equals(row.service())) {
                    bad("No " + row.service() + " runs.", "operations.md#usagenobodyworks");
                } else if (!state.path("sink").has("runs")) {
                    bad("No sink runs: " + row.name() + " has no members.", "operations.md#usagesinkbehind");
                }
            }
            case "down", "dead" -> bad(name + ": " + row.detail(), "operations.md#usageinstancedown");
            case "not ready" ->
                waiting(
                        name + ": " + row.detail(),
                        row.restoring() == null
                                ? "operations.md#usageinstancedown"
                                : "operations.md#usagerestoretakeslong");
            default -> {}
        }
    }

    private void progress(JsonNode state) {
        final JsonNode sink = state.path("sink");
        if (sink.has("runs") && !sink.path("runs").asBoolean()) {
            bad("The sink is not running, so no new rows reach PostgreSQL.", "operations.md#usagesinkbehind");
        } else if (sink.path("lag").asLong() > SINK_RECORDS) {
            waiting("The sink is " + Show.number(sink, "lag") + " records behind.", "operations.md#usagesinkbehind");
        }
        if (sink.path("refused").asInt() > 0) {
            bad("Days that PostgreSQL refuses: " + sink.path("refused").asInt(), "operations.md#usagedaysrefused");
        }
        if (state.path("splitter").path("lag").asLong() > NOTIFICATIONS) {
            waiting(
                    "The splitters are " + Show.number(state.path("splitter"), "lag") + " notifications behind.",
                    "operations.md#usagenotificationsbehind");
        }
    }

    private void counts(JsonNode instances) {
        final double late = most(instances, "oldest_unpublished_change_seconds");
        if (late > LATE_SECONDS) {
            waiting(
                    "The oldest unpublished change is " + Show.seconds(late) + " old.",
                    "operations.md#usagechangeunpublished");
        }
        if (most(instances, "reconcile_refused") > 0) {
            bad(
                    "The comparison of bucket and ledger found too many removals to believe them.",
                    "operations.md#usagereconcilerefused");
        }
        final double stale = most(instances, "reference_age_seconds");
        if (stale > STALE_SECONDS) {
            waiting(
                    "Reference data was last compared with cost management " + Show.seconds(stale) + " ago.",
                    "operations.md#usagereferencestale");
        }
        final double payloads = most(instances, "payloads_waiting");
        if (payloads > 0) {
            waiting("Payloads that wait for their cluster: " + (long) payloads, "operations.md#usagepayloadswaiting");
        }
        final double completions = most(instances, "completions_age_seconds");
        if (completions > COMPLETIONS_SECONDS) {
            waiting(
                    "Completion events are " + Show.seconds(completions) + " behind.",
                    "operations.md#usagecompletionsbehind");
        }
    }

    /** The largest value of a metric; below zero where nobody has it. */
    static double most(JsonNode instances, String metric) {
        double most = -1;
        for (final JsonNode instance : instances) {
            most = Math.max(
                    most,
                    instance.path("metrics").path("usage_streams_" + metric).asDouble(-1));
        }
        return most;
    }
}
