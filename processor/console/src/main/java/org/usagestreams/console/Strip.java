package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A stage between the bucket and PostgreSQL.
 *
 * @param tone {@code good}, {@code wait}, {@code bad} or {@code mute}
 * @param state in a few words
 * @param facts what counts here, the most important first
 */
public record Strip(String name, String tone, String state, List<Fact> facts) {
    /** A figure and its unit. */
    public record Fact(String figure, String unit) {}

    /** All stages, in the order in which data passes them; an intake where there is one. */
    static List<Strip> of(JsonNode state, List<Fleet.Row> fleet) {
        final JsonNode sink = state.path("sink");
        final JsonNode pulse = state.path("pulse");
        final JsonNode rates = state.path("rates");
        final List<Strip> stages = new ArrayList<>();
        stages.add(new Strip(
                "Bucket",
                "mute",
                "sends notifications",
                List.of(new Fact(Show.number(pulse, "open"), "versions in progress"))));
        if (fleet.stream().anyMatch(row -> "intake".equals(row.service()))) {
            stages.add(service("Intake", "intake", state, fleet, List.of(waiting(state))));
        }
        stages.add(service(
                "Splitter",
                "splitter",
                state,
                fleet,
                List.of(rate(rates, "read", "rows/s read"), lag(state, "splitter"))));
        stages.add(service(
                "Processor",
                "processor",
                state,
                fleet,
                List.of(rate(rates, "published", "rows/s published"), lag(state, "processor"))));
        final boolean stopped = sink.has("runs") && !sink.path("runs").asBoolean();
        stages.add(new Strip(
                "Sink",
                sink.has("error") || stopped ? "bad" : sink.has("lag") ? "good" : "mute",
                sink.has("error") ? "cannot be seen" : stopped ? "does not run" : sink.has("runs") ? "runs" : "loads",
                List.of(rate(rates, "loaded", "rows/s loaded"), lag(state, "sink"))));
        stages.add(new Strip(
                "PostgreSQL",
                pulse.has("error") ? "bad" : pulse.isEmpty() ? "mute" : "good",
                pulse.has("error") ? "does not answer" : pulse.isEmpty() ? "not looked at yet" : "answers",
                List.of(new Fact(Show.number(pulse, "loaded"), "files loaded in the last hour"))));
        return stages;
    }

    private static Fact rate(JsonNode rates, String name, String unit) {
        return new Fact(Show.rate(rates, name), unit);
    }

    private static Fact lag(JsonNode state, String service) {
        return new Fact(Show.number(state.path(service), "lag"), "records behind");
    }

    private static Fact waiting(JsonNode state) {
        // Each intake sees all of them.
        long most = -1;
        for (final JsonNode instance : state.path("instances")) {
            most = Math.max(
                    most,
                    instance.path("metrics")
                            .path("usage_streams_payloads_waiting")
                            .asLong(-1));
        }
        return new Fact(most < 0 ? "–" : Show.number(most), "payloads wait for their cluster");
    }

    private static Strip service(String name, String service, JsonNode state, List<Fleet.Row> fleet, List<Fact> facts) {
        final List<Fleet.Row> own =
                fleet.stream().filter(row -> service.equals(row.service())).toList();
        final long good = own.stream().filter(row -> "good".equals(row.tone())).count();
        final long bad = own.stream().filter(row -> "bad".equals(row.tone())).count();
        final boolean known = own.stream().noneMatch(row -> "running".equals(row.health()));
        final boolean none = own.isEmpty() || own.stream().allMatch(row -> "none".equals(row.health()));
        final String tone = state.path(service).has("error")
                ? "bad"
                : own.isEmpty()
                        ? "mute"
                        : none || (good == 0 && bad > 0) ? "bad" : good == own.size() ? "good" : "wait";
        final String said = none ? "none known" : good + " of " + own.size() + (known ? " ready" : " running");
        return new Strip(name, tone, said, facts);
    }
}
