package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.operations.threads.LocalProcessors;
import org.usagestreams.settings.Settings;

/** The instances of this host, by the folders in which they write where they can be reached. Thread-safe. */
final class LocalInstances {
    private static final Duration LONGEST = Duration.ofSeconds(4);

    private final Map<String, LocalProcessors> folders = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

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
    record Local(String service, String name, HttpInterface.Address address, LocalProcessors all) {
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
                    .forEach(
                            (name, address) -> found.add(new Local(folder.getKey(), name, address, folder.getValue())));
        }
        return found;
    }

    /** How each of them is, and the threads of processors. */
    JsonNode look() throws IOException, InterruptedException {
        final ArrayNode found = JSON.createArrayNode();
        for (final Local instance : find()) {
            final ObjectNode node = found.addObject();
            node.put("service", instance.service()).put("instance", instance.name());
            node.put("url", instance.address().url());
            look(instance, node);
        }
        return found;
    }

    private void look(Local instance, ObjectNode node) throws InterruptedException {
        try {
            final HttpResponse<String> health = http.send(
                    HttpRequest.newBuilder(URI.create(instance.address().health() + "/health/ready"))
                            .timeout(LONGEST)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            node.setAll((ObjectNode) JSON.readTree(health.body()));
            if ("processor".equals(instance.service())) {
                node.set(
                        "threads",
                        JSON.valueToTree(
                                instance.all().threads(instance.address(), null).threads()));
            }
        } catch (IOException | RuntimeException e) {
            node.put("live", false).put("ready", false).put("detail", "does not answer");
        }
    }

    /** The settings of an instance, as it answers them; refused where it does not. */
    JsonNode settings(String id) {
        try {
            for (final Local instance : find()) {
                if (instance.id().equals(id)) {
                    return instance.all().page(instance.address(), "/settings").path("settings");
                }
            }
        } catch (IOException e) {
            throw Refusal.unavailable(id + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unavailable("The console ends.", e);
        }
        throw Refusal.badQuery("There is no such instance on this host: " + id);
    }
}
