package org.usagestreams.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.operations.threads.LocalProcessors;
import org.usagestreams.settings.Settings;

/** The instances of this host, by the folders in which they write where they can be reached. Thread-safe. */
final class LocalInstances {
    private final Map<String, LocalProcessors> folders = new LinkedHashMap<>();

    LocalInstances(Settings settings) {
        add(settings, "intake", "intake.instance.dir");
        add(settings, "splitter", "splitter.instance.dir");
        add(settings, "processor", "summary.state.dir");
        add(settings, "validator", "validation.dir");
    }

    private void add(Settings settings, String service, String folder) {
        // Null where the service's settings are not on the class path.
        if (settings.text(folder) != null) {
            folders.put(service, new LocalProcessors(Path.of(settings.text(folder))));
        }
    }

    /** An instance, which need not run. */
    record Local(String service, String name, HttpInterface.Address address) {
        /** What no other instance of this host has. */
        String id() {
            return service + "/" + name;
        }
    }

    /** All, by service and name. */
    List<Local> find() throws IOException {
        final List<Local> found = new ArrayList<>();
        for (final Map.Entry<String, LocalProcessors> folder : folders.entrySet()) {
            folder.getValue()
                    .addresses(null)
                    .forEach((name, address) -> found.add(new Local(folder.getKey(), name, address)));
        }
        return found;
    }
}
