package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.operations.threads.LocalProcessors;
import org.usagestreams.settings.Settings;

/**
 * Looks again and again how instances are that can be asked: those of this host, by their folders, and those of {@code
 * console.instances}. It does so beside the looks at everything else, which wait for none of them. Thread-safe.
 */
final class InstanceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(4);
    private static final int AT_ONCE = 16;

    private final LocalInstances local;
    private final List<String> others;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(daemon("console-watch"));
    private final ExecutorService asking = Executors.newFixedThreadPool(AT_ONCE, daemon("console-ask"));
    private volatile JsonNode last = JSON.createArrayNode();
    private volatile Map<String, HttpInterface.Address> addresses = Map.of();

    /**
     * An instance that can be asked.
     *
     * @param service empty until it has told
     * @param host empty for this one
     */
    record Target(String service, String name, String host, HttpInterface.Address address) {}

    InstanceWatch(Settings settings) {
        local = new LocalInstances(settings);
        others = settings.list("console.instances");
        token = "all".equals(settings.text("http.token.for")) ? settings.secret("http.token") : "";
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            final Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Closing ends it.
    void start() {
        clock.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How each was at the last look; empty before the first. An {@code error} where a folder cannot be read. */
    JsonNode last() {
        return last;
    }

    /** The names of those that can be asked, as {@code service/name}. */
    SortedSet<String> names() {
        final SortedSet<String> names = new TreeSet<>(addresses.keySet());
        try {
            local.find().forEach(found -> names.add(found.id()));
        } catch (IOException e) {
            throw Refusal.unavailable("Cannot read the folders of this host's instances: " + e.getMessage(), e);
        }
        return names;
    }

    private void look() {
        try {
            last = instances();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.debug("instances were not looked at: {}", e.toString());
            last = JSON.createObjectNode().put("error", String.valueOf(e.getMessage()));
        }
    }

    private JsonNode instances() throws IOException, InterruptedException {
        final List<Target> targets = new ArrayList<>();
        for (final LocalInstances.Local found : local.find()) {
            targets.add(new Target(found.service(), found.name(), "", found.address()));
        }
        for (final String url : others) {
            targets.addAll(expanded(url, token));
        }
        final List<Callable<ObjectNode>> tasks = new ArrayList<>();
        targets.forEach(target -> tasks.add(() -> look(target)));
        final List<Future<ObjectNode>> answers = asking.invokeAll(tasks);
        final ArrayNode all = JSON.createArrayNode();
        final Set<String> seen = new HashSet<>();
        final Map<String, HttpInterface.Address> found = new HashMap<>();
        for (int i = 0; i < targets.size(); i++) {
            final ObjectNode node = answer(answers.get(i));
            final String service = Show.text(node, "service");
            // An instance of this host may be named by the settings, too.
            if (seen.add(service + "/" + Show.text(node, "name"))) {
                all.add(node);
                found.put(
                        service + "/" + Show.text(node, "instance"),
                        targets.get(i).address());
            }
        }
        addresses = Map.copyOf(found);
        return all;
    }

    private static ObjectNode answer(Future<ObjectNode> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** An address for each IP address of its host. Certificates are of names: an https address stays as it is. */
    static List<Target> expanded(String url, String token) {
        final URI uri = URI.create(url.replaceFirst("/+$", ""));
        final List<Target> targets = new ArrayList<>();
        if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
            try {
                for (final InetAddress address : InetAddress.getAllByName(uri.getHost())) {
                    final String ip = address.getHostAddress();
                    targets.add(target(
                            "http://" + (ip.contains(":") ? "[" + ip + "]" : ip)
                                    + (uri.getPort() < 0 ? "" : ":" + uri.getPort()),
                            token));
                }
                return targets;
            } catch (UnknownHostException e) {
                LOG.debug("{} has no address", uri.getHost());
            }
        }
        return List.of(target(uri.toString(), token));
    }

    private static Target target(String url, String token) {
        final String host = URI.create(url).getHost();
        return new Target("", url, host == null ? url : host, new HttpInterface.Address(url, url, token, null));
    }

    private ObjectNode look(Target target) throws InterruptedException {
        final ObjectNode node = JSON.createObjectNode();
        node.put("service", target.service()).put("instance", target.name()).put("name", target.name());
        node.put("host", target.host()).put("url", target.address().url());
        try {
            node.setAll(state(target));
            if (target.service().isEmpty()) {
                node.put("instance", Show.text(node, "name"));
            }
            if ("processor".equals(Show.text(node, "service"))) {
                node.set(
                        "threads",
                        LocalProcessors.json(target.address(), "/threads").path("threads"));
            }
        } catch (ConnectException e) {
            down(node, "does not answer");
        } catch (IOException | RuntimeException e) {
            down(node, node.has("live") ? Show.text(node, "detail") : "does not answer: " + e.getMessage());
        }
        return node;
    }

    /** What has told how it is stays as it told. */
    private static void down(ObjectNode node, String detail) {
        node.put("live", node.path("live").asBoolean())
                .put("ready", node.path("ready").asBoolean());
        node.put("detail", detail);
    }

    /** Where {@code /state} is refused, or not there yet, the health check tells less. */
    private ObjectNode state(Target target) throws IOException, InterruptedException {
        try {
            return (ObjectNode) LocalProcessors.json(target.address(), "/state");
        } catch (IOException e) {
            final HttpResponse<String> health = http.send(
                    HttpRequest.newBuilder(URI.create(target.address().health() + "/health/ready"))
                            .timeout(LONGEST)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return (ObjectNode) JSON.readTree(health.body());
        }
    }

    /** The settings of an instance, as it answers them; refused where it does not. */
    JsonNode settings(String name) {
        final HttpInterface.Address address = address(name);
        return ask(name, () -> LocalProcessors.json(address, "/settings").path("settings"));
    }

    /** How processors are wired, as the first that answers describes it; empty where there is none. */
    String topology() {
        Refusal refusal = null;
        for (final String name : names()) {
            if (name.startsWith("processor/")) {
                try {
                    final HttpInterface.Address address = address(name);
                    return ask(name, () -> LocalProcessors.text(address, "/topology"));
                } catch (Refusal e) {
                    refusal = e;
                }
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        return "";
    }

    private HttpInterface.Address address(String name) {
        final HttpInterface.Address known = addresses.get(name);
        if (known != null) {
            return known;
        }
        try {
            for (final LocalInstances.Local found : local.find()) {
                if (found.id().equals(name)) {
                    return found.address();
                }
            }
        } catch (IOException e) {
            throw Refusal.unavailable("Cannot read the folders of this host's instances: " + e.getMessage(), e);
        }
        throw Refusal.badQuery("There is no such instance that the console can ask: " + name);
    }

    private static <T> T ask(String name, Callable<T> question) {
        try {
            return question.call();
        } catch (IOException e) {
            throw Refusal.unavailable(name + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unavailable("The console ends.", e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        asking.shutdownNow();
    }
}
