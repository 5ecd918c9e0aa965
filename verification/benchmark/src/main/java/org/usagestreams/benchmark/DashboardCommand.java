package org.usagestreams.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws a Grafana dashboard's panels from Prometheus' data, without Grafana. */
@Command(
        name = "dashboard",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Draws the panels of a Grafana dashboard for a span of time as a picture, with the values that Prometheus"
                        + " returns for their queries. With --complete, exit code 1 if a query finds nothing.")
public final class DashboardCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
    private static final int POINTS = 120;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Option(
            names = "--dashboard",
            paramLabel = "FILE",
            description = "The dashboard, as Grafana exports it.",
            defaultValue = "docker/config/grafana/dashboards/usage-streams.json")
    private Path dashboard;

    @Option(
            names = "--prometheus",
            paramLabel = "URL",
            description = "Address of Prometheus.",
            defaultValue = "http://127.0.0.1:19090")
    private URI prometheus;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = "Start of the span of time, such as 2025-11-03T07:00:00Z.")
    private Instant from;

    @Option(names = "--to", required = true, paramLabel = "TIME", description = "End of the span of time.")
    private Instant to;

    @Option(names = "--complete", description = "Ends with 1 if a query finds nothing.")
    private boolean complete;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The SVG file.")
    private Path out;

    /** A line of a panel: values by seconds since 1970. */
    record Line(String name, SortedMap<Double, Double> values) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final JsonNode root = JSON.readTree(dashboard.toFile());
        final PanelPicture picture = new PanelPicture(
                root.path("title").asText() + ", " + from + " to " + to, from.getEpochSecond(), to.getEpochSecond());
        final List<String> empty = new ArrayList<>();
        for (final JsonNode panel : root.path("panels")) {
            final List<Line> lines = new ArrayList<>();
            for (final JsonNode target : panel.path("targets")) {
                final List<Line> found = query(
                        target.path("expr").asText(),
                        target.path("legendFormat").asText());
                if (found.isEmpty()) {
                    empty.add(panel.path("title").asText());
                }
                lines.addAll(found);
            }
            picture.add(
                    panel.path("title").asText(),
                    panel.path("fieldConfig").path("defaults").path("unit").asText(),
                    lines);
        }
        Files.writeString(out, picture.toSvg());
        if (!empty.isEmpty()) {
            System.err.println("nothing was found for: " + String.join(", ", empty));
        }
        return complete && !empty.isEmpty() ? 1 : 0;
    }

    private List<Line> query(String expression, String legend) throws IOException, InterruptedException {
        final long step = Math.max(1, Duration.between(from, to).toSeconds() / POINTS);
        final URI uri = URI.create(prometheus + "/api/v1/query_range?query="
                + URLEncoder.encode(expression, StandardCharsets.UTF_8) + "&start=" + from.getEpochSecond() + "&end="
                + to.getEpochSecond() + "&step=" + step);
        final HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
        final JsonNode answer = JSON.readTree(response.body());
        if (!"success".equals(answer.path("status").asText())) {
            throw new IllegalStateException(
                    expression + ": " + answer.path("error").asText(response.body()));
        }
        final Map<String, Line> lines = new TreeMap<>();
        for (final JsonNode series : answer.path("data").path("result")) {
            final Matcher labels = LABEL.matcher(legend);
            final String name = labels.replaceAll(label -> Matcher.quoteReplacement(
                    series.path("metric").path(label.group(1)).asText()));
            final Line line = lines.computeIfAbsent(name, any -> new Line(any, new TreeMap<>()));
            for (final JsonNode value : series.path("values")) {
                final double number = Double.parseDouble(value.get(1).asText());
                if (Double.isFinite(number)) {
                    line.values().put(value.get(0).asDouble(), number);
                }
            }
        }
        return new ArrayList<>(lines.values());
    }
}
