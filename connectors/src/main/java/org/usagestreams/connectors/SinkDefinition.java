package org.usagestreams.connectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sink's files with their references filled in: {@code ${setting:name}}, {@code ${topic:ROLE}}, and {@code
 * ${file:name}} for the contents of another file.
 */
public final class SinkDefinition {
    private static final String SUMMARY = "daily-summary";

    /** The sinks: the summary first. */
    public static final List<String> SINKS = List.of(SUMMARY, "upload-ledger");

    /** What stands for the organisation in {@code postgres.schema}. */
    private static final String ORGANISATION = "${organisation}";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(setting|topic|file):([^}]+)}");

    private final String sink;
    private final UnaryOperator<String> settings;
    private final UnaryOperator<String> topics;

    /**
     * Fills references from these.
     *
     * @param sink which one, of {@link #SINKS}
     * @param settings value of a setting by name
     * @param topics name of a topic by role
     */
    public SinkDefinition(String sink, UnaryOperator<String> settings, UnaryOperator<String> topics) {
        this.sink = sink;
        this.settings = settings;
        this.topics = topics;
    }

    /**
     * The configuration of a JDBC sink that reads the summary topic as any topic: without the guarantees of ours.
     *
     * @param settings value of a setting by name
     * @param topics name of a topic by role
     */
    public static Map<String, String> jdbc(UnaryOperator<String> settings, UnaryOperator<String> topics) {
        return new SinkDefinition("jdbc", settings, topics).config();
    }

    /** The connector's name in Connect. */
    public String name() {
        return connector().get("name").asText();
    }

    /** The connector's configuration, name included, as Connect takes it. */
    public Map<String, String> config() {
        final Map<String, String> config = new TreeMap<>();
        connector()
                .get("config")
                .properties()
                .forEach(entry ->
                        config.put(entry.getKey(), fill(entry.getValue().asText())));
        config.put("name", name());
        return config;
    }

    /**
     * Statements that create schema and table of the rows if they are missing. Where each organisation has a schema of its
     * own, these are not ours to make.
     */
    public String tableSql() {
        return sink.equals(SUMMARY) && isSchemaOfOrganisation() ? "" : fill(resource(sink + ".sql"));
    }

    private boolean isSchemaOfOrganisation() {
        return settings.apply("postgres.schema").contains(ORGANISATION);
    }

    /**
     * Statements that create the tables that the sink keeps beside that of the rows, and that of the console, where they are
     * missing; empty for none.
     */
    public String statusSql() {
        return sink.equals(SUMMARY) ? fill(resource(sink + "-status.sql")) + fill(resource("console-audit.sql")) : "";
    }

    /** Statements that create the services' roles if they are missing, and say what they may do; the tables are there. */
    public String rolesSql() {
        return fill(resource("roles.sql"))
                + fill(resource(isSchemaOfOrganisation() ? "organisation-roles.sql" : "summary-roles.sql"));
    }

    /** Statements that make the function by which the sink gives partitions room; the owner of the tables runs them. */
    public String fillfactorSql() {
        final String pattern = settings.apply("postgres.schema")
                .replace("\\", "\\\\")
                .replace("_", "\\_")
                .replace("%", "\\%")
                .replace(ORGANISATION, "%");
        return fill(resource("fillfactor.sql").replace("${schema-pattern}", "'" + pattern.replace("'", "''") + "'"));
    }

    private JsonNode connector() {
        return json(sink + "-sink.json");
    }

    private String fill(String text) {
        final Matcher matcher = REFERENCE.matcher(text);
        return matcher.replaceAll(reference -> Matcher.quoteReplacement(
                switch (reference.group(1)) {
                    case "setting" -> settings.apply(reference.group(2));
                    case "topic" -> topics.apply(reference.group(2));
                    default -> json(reference.group(2)).toString();
                }));
    }

    private static JsonNode json(String name) {
        try {
            return JSON.readTree(resource(name));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot parse " + name + ", a file of the program itself", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = SinkDefinition.class.getResourceAsStream("/connectors/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no file connectors/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
