package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dashboard, alerts and pages speak of metrics that are there. */
final class MonitoringFiles {
    private static final Path ROOT = Path.of(System.getProperty("user.dir")).getParent();
    private static final Pattern METRIC = Pattern.compile("\\b(?:usage_streams|jvm)_[a-z_]+");

    private static final Pattern LAG_TOPIC = Pattern.compile("_lag_records\\{topic=~?\"([^\"]+)\"");

    private MonitoringFiles() {}

    /** Metrics that a query may find only now and then. */
    private static final Set<String> SOMETIMES =
            Set.of("usage_streams_restore_remaining_records", "usage_streams_webhook_events_total");

    /** Metrics of the validator, which {@link ContinuousValidationIT} looks for. */
    private static final Set<String> OF_THE_VALIDATOR =
            Set.of("usage_streams_rows_differing", "usage_streams_rows_doubled");

    /** Compares with the pages of a splitter and a processor. */
    static void check(String pages) throws Exception {
        final List<String> expressions = new ArrayList<>();
        final JsonNode dashboard = new YAMLMapper()
                .readTree(ROOT.resolve("docker/config/grafana/dashboards/usage-streams.json")
                        .toFile());
        dashboard.findValuesAsText("expr").forEach(expressions::add);
        final JsonNode alerts = new YAMLMapper()
                .readTree(ROOT.resolve("docker/config/alerts.yaml").toFile());
        alerts.findValuesAsText("expr").forEach(expressions::add);
        final Set<String> named = new TreeSet<>();
        for (final String expression : expressions) {
            final Matcher metrics = METRIC.matcher(expression);
            while (metrics.find()) {
                named.add(metrics.group());
            }
        }
        assertTrue(named.size() > 15, named.toString());
        named.removeAll(SOMETIMES);
        named.removeAll(OF_THE_VALIDATOR);
        named.removeIf(metric ->
                pages.lines().anyMatch(line -> line.startsWith(metric + "{") || line.startsWith(metric + " ")));
        assertEquals(Set.of(), named, "named in dashboard or alerts, and not there");
        for (final String expression : expressions) {
            final Matcher topics = LAG_TOPIC.matcher(expression);
            while (topics.find()) {
                final Pattern series =
                        Pattern.compile("usage_streams_group_lag_records\\{.*topic=\"" + topics.group(1) + "\".*");
                assertTrue(
                        pages.lines().anyMatch(line -> series.matcher(line).matches()), expression + " finds no topic");
            }
        }
        final String runbook = Files.readString(ROOT.resolve("docs/operations.md"));
        for (final JsonNode rule : alerts.findPath("rules")) {
            final String name = rule.path("alert").asText();
            assertTrue(runbook.contains("\n### " + name + "\n\n"), name + " has no paragraph in docs/operations.md");
            assertTrue(
                    rule.path("annotations").path("runbook_url").asText().endsWith("#" + name.toLowerCase(Locale.ROOT)),
                    name);
        }
    }
}
