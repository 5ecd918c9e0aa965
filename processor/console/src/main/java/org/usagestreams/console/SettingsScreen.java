package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.settings.EffectiveSetting;
import org.usagestreams.settings.Settings;

/** The effective settings of the console, or of an instance that it can ask, and where each is from. Thread-safe. */
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
        state.instances().names().forEach(instances::add);
        screen.set(
                "settings",
                instance.isEmpty()
                        ? JSON.valueToTree(EffectiveSetting.of(settings))
                        : state.instances().settings(instance));
        return screen;
    }
}
