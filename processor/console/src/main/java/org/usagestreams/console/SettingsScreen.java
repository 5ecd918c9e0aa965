package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.settings.EffectiveSetting;
import org.usagestreams.settings.Settings;

/** The effective settings of the console, or of an instance of its host, and where each is from. Thread-safe. */
final class SettingsScreen {
    private final Settings settings;

    private final SystemState state;

    SettingsScreen(Settings settings, SystemState state) {
        this.settings = settings;
        this.state = state;
    }

    ObjectNode settings(Ask ask) {
        final ObjectNode screen = JSON.createObjectNode();
        final String instance = ask.text("instance");
        screen.put("instance", instance);
        screen.set("drift", state.drift());
        final ArrayNode instances = screen.putArray("instances");
        try {
            state.instances().find().forEach(local -> instances.add(local.id()));
        } catch (IOException e) {
            throw Refusal.unavailable("Cannot read the folders of this host's instances: " + e.getMessage(), e);
        }
        screen.set(
                "settings",
                instance.isEmpty()
                        ? JSON.valueToTree(EffectiveSetting.of(settings))
                        : state.instances().settings(instance));
        return screen;
    }
}
