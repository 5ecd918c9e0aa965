package org.usagestreams.commandline;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.usagestreams.settings.Settings;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of every command that reads settings. */
public final class SettingsOptions {
    /** The system property that names the file of an installation; the launcher sets it. */
    private static final String INSTALLED = "usage.config";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "File with settings, in the format of Java properties. Environment variables override it"
                    + " (USAGE_STORE_ENDPOINT for store.endpoint), and -s overrides both. By default, an installation"
                    + " from the tar.gz reads conf/usage-streams.properties.")
    private Path file;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "NAME=VALUE",
            showDefaultValue = Visibility.NEVER,
            description = "Sets one setting (docs/settings.md). Can be repeated.")
    private Map<String, String> flags = new LinkedHashMap<>();

    /** The merged settings; fails listing all that is wrong. */
    public Settings load() {
        return Settings.load(file(), System.getenv(), flags);
    }

    /** The same, for a command that talks to these parts; fails within seconds where one cannot be reached. */
    public Settings loadFor(Part... parts) {
        final Settings settings = load();
        for (final Part part : parts) {
            part.requireReachable(settings);
        }
        return settings;
    }

    /**
     * The same, for a service, which waits until these parts answer. For each that cannot be reached now, it logs a warning within
     * seconds; it does not delay the start.
     */
    public Settings loadForService(Part... parts) {
        final Settings settings = load();
        for (final Part part : parts) {
            part.warnUnlessReachable(settings);
        }
        return settings;
    }

    /** The same, but with references to files and the environment left as they are. */
    public Settings loadUnresolved() {
        return Settings.loadUnresolved(file(), System.getenv(), flags);
    }

    private Path file() {
        final String installed = System.getProperty(INSTALLED);
        return file != null || installed == null ? file : Path.of(installed);
    }
}
