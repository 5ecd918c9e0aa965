package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.usagestreams.connectors.ConnectClient;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.sink.Sinks;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicAdmin;

/** How topics and connectors differ from what the program ships. Thread-safe. */
final class Drift {
    private final Settings settings;
    private final Admin admin;

    Drift(Settings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /** What differs: {@code topics}, and {@code connectors} where Connect is known. */
    ObjectNode look() throws IOException, InterruptedException {
        final ObjectNode drift = JSON.createObjectNode();
        final ArrayNode topics = drift.putArray("topics");
        new TopicAdmin(admin).diff(settings.topics().all()).forEach(difference -> topics.addObject()
                .put("name", difference.topic().name())
                .put("problem", difference.problem()));
        final String url = settings.text("console.connect.url");
        if (!url.isEmpty()) {
            final ConnectClient connect = new ConnectClient(URI.create(url));
            final ArrayNode connectors = drift.putArray("connectors");
            for (final SinkDefinition sink : new Sinks(settings).all()) {
                try {
                    compare(sink, connect.config(sink.name()), connectors);
                } catch (IllegalStateException e) {
                    connectors.addObject().put("name", sink.name()).put("problem", String.valueOf(e.getMessage()));
                }
            }
        }
        return drift;
    }

    /** How the sink reaches PostgreSQL is its own matter: this process has another user. */
    static void compare(SinkDefinition sink, Map<String, String> actual, ArrayNode differences) {
        final Map<String, String> wanted = new TreeMap<>(sink.config());
        wanted.keySet().removeIf(name -> name.startsWith("connection."));
        wanted.forEach((name, value) -> {
            final String has = actual.get(name);
            if (!value.equals(has)) {
                differences
                        .addObject()
                        .put("name", sink.name())
                        .put(
                                "problem",
                                has == null
                                        ? name + " is missing"
                                        : name + " is " + shown(has) + ", not " + shown(value));
            }
        });
    }

    private static String shown(String value) {
        return value.length() <= 80 ? value : value.substring(0, 80) + "…";
    }
}
