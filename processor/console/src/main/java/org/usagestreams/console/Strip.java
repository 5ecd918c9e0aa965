package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A stage between the bucket and PostgreSQL.
 *
 * @param tone {@code good}, {@code wait}, {@code bad} or {@code mute}
 * @param state in a few words
 * @param figure what counts here
 * @param unit of the figure
 */
public record Strip(String name, String tone, String state, String figure, String unit) {
    /** All stages, in the order in which data passes them. */
    public static List<Strip> of(JsonNode state) {
        final JsonNode sink = state.path("sink");
        final JsonNode pulse = state.path("pulse");
        return List.of(
                new Strip("Bucket", "mute", "sends notifications", Show.number(pulse, "open"), "versions on their way"),
                service("Splitter", "splitter", state),
                service("Processor", "processor", state),
                new Strip(
                        "Sink",
                        sink.has("error")
                                        || (sink.has("runs")
                                                && !sink.path("runs").asBoolean())
                                ? "bad"
                                : sink.has("lag") ? "good" : "mute",
                        sink.has("error")
                                ? "cannot be seen"
                                : !sink.has("runs")
                                        ? "loads"
                                        : sink.path("runs").asBoolean() ? "runs" : "does not run",
                        Show.number(sink, "lag"),
                        "records behind"),
                new Strip(
                        "PostgreSQL",
                        pulse.has("error") ? "bad" : pulse.isEmpty() ? "mute" : "good",
                        pulse.has("error") ? "does not answer" : pulse.isEmpty() ? "not looked at yet" : "answers",
                        Show.number(pulse, "loaded"),
                        "loaded in the last hour"));
    }

    private static Strip service(String name, String service, JsonNode state) {
        int all = 0;
        int ready = 0;
        for (final JsonNode instance : state.path("instances")) {
            if (service.equals(Show.text(instance, "service"))) {
                all++;
                ready += instance.path("ready").asBoolean() ? 1 : 0;
            }
        }
        final String tone =
                state.path(service).has("error") ? "bad" : all == 0 ? "mute" : ready == all ? "good" : "wait";
        final String said = all == 0 ? "none on this host" : ready + " of " + all + " ready";
        return new Strip(name, tone, said, Show.number(state.path(service), "lag"), "records behind");
    }
}
