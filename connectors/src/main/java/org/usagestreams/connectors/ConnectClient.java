package org.usagestreams.connectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST interface of a Connect worker, as far as sinks need it. Thread-safe. */
public final class ConnectClient {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectClient.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String url;

    /** Asks the worker there. */
    public ConnectClient(URI url) {
        this.url = url.toString().replaceFirst("/+$", "");
    }

    /**
     * Gives a connector its configuration; an existing one is changed.
     *
     * @throws IllegalStateException if the worker refuses it
     * @throws IOException if the worker does not answer
     */
    public void put(String connector, Map<String, String> config) throws IOException, InterruptedException {
        send(request(connector + "/config")
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(config))));
    }

    /** Starts anew what has failed, again and again; ends with an interrupt, or with the process. */
    public void restartFailed(List<String> connectors, Duration every) throws InterruptedException {
        while (true) {
            Thread.sleep(every.toMillis());
            for (final String connector : connectors) {
                try {
                    restartFailed(connector);
                } catch (IOException | IllegalStateException e) {
                    LOG.warn("Cannot check connector {}: {}", connector, e.toString());
                }
            }
        }
    }

    /**
     * The states of a connector's tasks, as Connect names them ({@code RUNNING}, {@code PAUSED}, {@code FAILED} and others).
     *
     * @throws IllegalStateException if the worker does not know the connector
     * @throws IOException if the worker does not answer
     */
    public List<String> taskStates(String connector) throws IOException, InterruptedException {
        return JSON.readTree(send(request(connector + "/status").GET()))
                .path("tasks")
                .findValuesAsText("state");
    }

    /**
     * A connector's configuration as Connect has it. It may hold secrets.
     *
     * @throws IllegalStateException if the worker does not know the connector
     * @throws IOException if the worker does not answer
     */
    public Map<String, String> config(String connector) throws IOException, InterruptedException {
        final Map<String, String> config = new TreeMap<>();
        JSON.readTree(send(request(connector + "/config").GET()))
                .properties()
                .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
        return config;
    }

    private void restartFailed(String connector) throws IOException, InterruptedException {
        final JsonNode status =
                JSON.readTree(send(request(connector + "/status").GET()));
        final boolean failed =
                "FAILED".equals(status.path("connector").path("state").asText())
                        || status.path("tasks").findValuesAsText("state").contains("FAILED");
        if (!failed) {
            return;
        }
        for (final JsonNode task : status.path("tasks")) {
            if ("FAILED".equals(task.path("state").asText())) {
                LOG.atWarn()
                        .addKeyValue("connector", connector)
                        .addKeyValue("task", task.path("id").asInt())
                        .addKeyValue(
                                "reason",
                                task.path("trace")
                                        .asText("")
                                        .lines()
                                        .findFirst()
                                        .orElse(""))
                        .log("a task of a sink failed; restarting it");
            }
        }
        send(request(connector + "/restart?includeTasks=true&onlyFailed=true")
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + "/connectors/" + path)).timeout(TIMEOUT);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        final HttpRequest built = request.build();
        final HttpResponse<String> response = client.send(built, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(
                    built.uri() + " answers " + response.statusCode() + ": " + message(response.body()));
        }
        return response.body();
    }

    /** Connect's own words, which name settings and not their values. */
    private static String message(String body) {
        try {
            return JSON.readTree(body).path("message").asText(body);
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
