package org.usagestreams.commandline;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.usagestreams.settings.Settings;
import picocli.CommandLine.Option;

/** The flags that every command with settings has. */
public final class SettingsOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings, as Java properties. Overridden by the environment (USAGE_STORE_ENDPOINT for"
                    + " store.endpoint), and that by -s.")
    private Path file;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "NAME=VALUE",
            description = "One setting; see docs/settings.md. May be repeated.")
    private Map<String, String> flags = new LinkedHashMap<>();

    /** The merged settings; fails listing all that is wrong. */
    public Settings load() {
        return Settings.load(file, System.getenv(), flags);
    }

    /** The same, but with references to files and the environment left as they are. */
    public Settings loadUnresolved() {
        return Settings.loadUnresolved(file, System.getenv(), flags);
    }
}
