package org.usagestreams.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.usagestreams.topics.TopicCatalog;

/**
 * The settings of one process: those of the modules on its class path, checked. Immutable.
 *
 * <p>A name that no module knows is an error. A name of a module that this process is without is ignored: the services of an
 * installation may share a file.
 */
public final class Settings {
    /** Environment variables that hold settings begin with this: USAGE_STORE_ENDPOINT is store.endpoint. */
    public static final String ENVIRONMENT_PREFIX = "USAGE_";

    /** Where what no person has set is from. */
    private static final String PROGRAM = "program";

    private static final Pattern INVALID =
            Pattern.compile("(?s)Invalid value (.*) for configuration (\\S+?)(?:: (.*))?");

    private static final Pattern SECRET_IN_URL = Pattern.compile("[?&](ssl)?password=", Pattern.CASE_INSENSITIVE);

    private final Map<String, Object> values;
    private final Map<String, String> kafka;
    private final Map<String, String> given;
    private final Map<String, String> origins;

    private Settings(
            Map<String, Object> values,
            Map<String, String> kafka,
            Map<String, String> given,
            Map<String, String> origins) {
        this.values = values;
        this.kafka = kafka;
        this.given = given;
        this.origins = origins;
    }

    /**
     * Merges settings: a file's are overridden by the environment's, and these by flags.
     *
     * @param file properties; null for none
     * @throws InvalidSettingsException listing all that is wrong
     */
    public static Settings load(Path file, Map<String, String> environment, Map<String, String> flags) {
        return load(file, environment, flags, true);
    }

    /** The same, but with references left as they are: for what is only written for others to resolve. */
    public static Settings loadUnresolved(Path file, Map<String, String> environment, Map<String, String> flags) {
        return load(file, environment, flags, false);
    }

    private static Settings load(
            Path file, Map<String, String> environment, Map<String, String> flags, boolean resolve) {
        final Map<String, String> merged = new TreeMap<>();
        final Map<String, String> origins = new HashMap<>();
        final List<String> problems = new ArrayList<>();
        if (file != null) {
            final Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new InvalidSettingsException(List.of("Cannot read the file " + file + ": "
                        + (e instanceof NoSuchFileException ? "it does not exist" : e.getMessage())));
            }
            properties.stringPropertyNames().forEach(name -> {
                merged.put(name, properties.getProperty(name));
                origins.put(name, "file " + file);
            });
        }
        environment.forEach((variable, value) -> {
            if (variable.startsWith(ENVIRONMENT_PREFIX)) {
                final String name = variable.substring(ENVIRONMENT_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                if (isKnown(name)) {
                    merged.put(name, value);
                    origins.put(name, "environment variable " + variable);
                } else {
                    problems.add(name + ": there is no such setting (environment variable " + variable + ")");
                }
            }
        });
        merged.putAll(flags);
        flags.keySet().forEach(name -> origins.put(name, "command line"));
        return of(merged, origins, problems, resolve);
    }

    private static SettingsCatalog catalog() {
        return SettingsCatalog.installed();
    }

    private static boolean isKnown(String name) {
        return name.startsWith(KafkaSettings.PREFIX)
                || catalog().definition().configKeys().containsKey(name)
                || catalog().isOfAnotherService(name);
    }

    /** Settings that differ from the defaults. */
    public static Settings of(Map<String, String> given) {
        return of(given, programs(given), new ArrayList<>(), true);
    }

    private static Map<String, String> programs(Map<String, String> given) {
        final Map<String, String> origins = new HashMap<>();
        given.keySet().forEach(name -> origins.put(name, PROGRAM));
        return origins;
    }

    /** The same, but for some. */
    public Settings with(Map<String, String> different) {
        final Map<String, String> merged = new HashMap<>(given);
        merged.putAll(different);
        final Map<String, String> from = new HashMap<>(origins);
        from.putAll(programs(different));
        return of(merged, from, new ArrayList<>(), true);
    }

    private static Settings of(
            Map<String, String> raw, Map<String, String> origins, List<String> problems, boolean resolve) {
        final Map<String, String> given = resolve ? References.resolve(raw, problems) : raw;
        final ConfigDef def = catalog().definition();
        final Map<String, String> kafka = new HashMap<>();
        final Map<String, String> known = new HashMap<>();
        given.forEach((name, value) -> {
            if (name.startsWith(KafkaSettings.PREFIX)) {
                final String client = name.substring(KafkaSettings.PREFIX.length());
                KafkaSettings.problem(client).ifPresent(problem -> problems.add(name + ": " + problem));
                kafka.put(client, value);
            }
            if (def.configKeys().containsKey(name)) {
                known.put(name, value);
            } else if (!name.startsWith(KafkaSettings.PREFIX) && !catalog().isOfAnotherService(name)) {
                problems.add(name + ": there is no such setting"
                        + NearestName.suggestion(name, def.configKeys().keySet(), ""));
            }
        });
        for (final ConfigValue value : def.validate(known)) {
            // A text that is not of the type is null as well, of which a second message complains.
            value.errorMessages().stream().limit(1).forEach(problem -> problems.add(problem(value.name(), problem)));
        }
        if (SECRET_IN_URL.matcher(given.getOrDefault("postgres.url", "")).find()) {
            problems.add("postgres.url: it contains a password, which logs may show. Use postgres.password instead");
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        final Map<String, Object> values = def.parse(known);
        kafka.putIfAbsent("bootstrap.servers", (String) values.get("kafka.bootstrap.servers"));
        return new Settings(values, kafka, Map.copyOf(raw), Map.copyOf(origins));
    }

    /** A text; empty where it is not set. */
    public String text(String name) {
        return (String) values.get(name);
    }

    /** Any setting as text, a secret included: for what passes settings on, never for people. */
    public String plain(String name) {
        final Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": there is no such setting");
        }
        return value instanceof Password password ? password.value() : value.toString();
    }

    /**
     * Any setting as it was given, its references to files and the environment left as they are: for what is resolved by
     * another process, which so keeps the secret out of what it stores.
     */
    public String reference(String name) {
        return given.containsKey(name) ? given.get(name) : plain(name);
    }

    /** Where a value was set; empty for a default. */
    Optional<String> origin(String name) {
        return Optional.ofNullable(origins.get(name));
    }

    /** Whether a value was given by a reference to a file or the environment. */
    boolean isReference(String name) {
        return given.containsKey(name) && References.isIn(given.get(name));
    }

    /** The properties of Kafka's clients as they were given, with the prefix of settings. */
    List<String> givenForKafka() {
        return given.keySet().stream()
                .filter(name -> name.startsWith(KafkaSettings.PREFIX))
                .sorted()
                .toList();
    }

    /** A secret; keep it out of texts. */
    public String secret(String name) {
        return ((Password) values.get(name)).value();
    }

    public int integer(String name) {
        return (Integer) values.get(name);
    }

    /** A number of bytes or the like. */
    public long number(String name) {
        return (Long) values.get(name);
    }

    /** A number with a fraction. */
    public double decimal(String name) {
        return (Double) values.get(name);
    }

    /** A time that is given in milliseconds. */
    public Duration millis(String name) {
        return Duration.ofMillis(((Number) values.get(name)).longValue());
    }

    /** Properties for a client of Kafka; a copy. */
    public Map<String, Object> kafkaClient() {
        return new HashMap<>(kafka);
    }

    /** The topics of this installation. */
    public TopicCatalog topics() {
        final String file = text("topics.file");
        final TopicCatalog catalog = file.isEmpty() ? TopicCatalog.shipped() : TopicCatalog.read(Path.of(file));
        final int partitions = integer("topics.partitions");
        return partitions == 0 ? catalog : catalog.withPartitions(partitions);
    }

    /** A list; empty where it is not set. */
    @SuppressWarnings("unchecked") // So says its definition.
    public List<String> list(String name) {
        return (List<String>) values.get(name);
    }

    /** Kafka's message about a value, without the name that it repeats and the names of its types. */
    private static String problem(String name, String message) {
        final Matcher matcher = INVALID.matcher(message);
        if (!matcher.matches()) {
            return name + ": " + message;
        }
        final String why = matcher.group(3);
        return name + " cannot be '" + matcher.group(1) + "'"
                + (why == null
                        ? ""
                        : ": "
                                + why.replaceFirst(
                                                "^Not a number of type (INT|LONG|SHORT)$", "it is not a whole number")
                                        .replaceFirst("^Not a number of type DOUBLE$", "it is not a number")
                                        .replaceFirst("^Value must be ", "it must be ")
                                        .replaceFirst(
                                                "^Expected value to be either true or false$",
                                                "it must be true or false")
                                        .replaceFirst("^String must be one of: ", "it must be one of "));
    }
}
