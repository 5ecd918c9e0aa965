package org.usagestreams.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * References in settings, resolved by Kafka's own providers: {@code ${directory:/run/secrets:store-key}} is what the file holds,
 * {@code ${file:/etc/usage.properties:key}} a property of a file, {@code ${env:NAME}} an environment variable.
 */
final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(directory|file|env):[^}]*}");

    private References() {}

    /** Whether a value has a reference in it. */
    static boolean isIn(String value) {
        return value != null && REFERENCE.matcher(value).find();
    }

    /** The references in a value, without what stands beside them. */
    static String alone(String value) {
        return REFERENCE.matcher(value).results().map(MatchResult::group).collect(Collectors.joining(" "));
    }

    /** The settings with references resolved; what cannot be resolved is a problem, which never shows a value. */
    static Map<String, String> resolve(Map<String, String> given, List<String> problems) {
        if (given.values().stream().noneMatch(References::isIn)) {
            return given;
        }
        final Map<String, ConfigProvider> providers = new HashMap<>();
        providers.put("directory", new DirectoryConfigProvider());
        providers.put("file", new FileConfigProvider());
        providers.put("env", new EnvVarConfigProvider());
        providers.values().forEach(provider -> provider.configure(Map.of()));
        final ConfigTransformer transformer = new ConfigTransformer(providers);
        final Map<String, String> resolved = new TreeMap<>();
        given.forEach((name, value) -> resolved.put(name, resolve(transformer, name, value, problems)));
        return resolved;
    }

    private static String resolve(ConfigTransformer transformer, String name, String value, List<String> problems) {
        if (!isIn(value)) {
            return value;
        }
        String resolved;
        try {
            resolved = transformer.transform(Map.of(name, value)).data().get(name);
        } catch (ConfigException e) {
            resolved = value;
        }
        if (resolved == null || REFERENCE.matcher(resolved).find()) {
            problems.add(name + ": nothing exists at " + value);
            return "";
        }
        if (resolved.endsWith("\n") && !value.endsWith("\n")) {
            problems.add(name + ": what " + value + " refers to ends with a line break, which would become part of"
                    + " the value. Remove the line break");
        }
        return resolved;
    }
}
