package org.usagestreams.operations.threads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.usagestreams.instance.HttpInterface;

/**
 * Talks to the processors, or other instances, of this host over their HTTP interfaces, whose addresses they write into their folders. Thread-safe.
 */
public final class LocalProcessors {
    private static final JsonMapper JSON = new JsonMapper();

    /** A processor that is given another number of threads answers when the rebalance is over. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(4);

    private static final HttpClient PLAIN =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Path state;

    /**
     * Those that keep their state here.
     *
     * @param state the folder of their folders
     */
    public LocalProcessors(Path state) {
        this.state = state;
    }

    /**
     * Where they can be reached, by the name of their folder. They need not be running.
     *
     * @param number only that one; null for all
     * @throws IOException where the folder cannot be read
     */
    public SortedMap<String, HttpInterface.Address> addresses(Integer number) throws IOException {
        final SortedMap<String, HttpInterface.Address> found = new TreeMap<>();
        if (!Files.isDirectory(state)) {
            return found;
        }
        final List<Path> directories;
        try (Stream<Path> inside = Files.list(state)) {
            directories = inside.toList();
        }
        for (final Path directory : directories) {
            final Path file = directory.resolve(HttpInterface.FILE);
            final String name = String.valueOf(directory.getFileName());
            if (Files.exists(file) && (number == null || name.equals("instance-" + number))) {
                found.put(name, HttpInterface.Address.read(file));
            }
        }
        return found;
    }

    /**
     * The threads of a processor.
     *
     * @param count how many there are to be; null to change nothing
     * @throws java.net.ConnectException where nobody answers
     * @throws IOException where the processor refuses
     */
    public HttpInterface.Answer threads(HttpInterface.Address address, Integer count)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address.url() + "/threads")).timeout(TIMEOUT);
        request.header("Authorization", "Bearer " + address.token());
        if (count != null) {
            request.PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(Map.of("threads", count))));
        }
        // What changes something is not sent over a connection that may be half closed.
        final HttpClient client = count == null ? client(address) : newClient(address);
        final HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(address.url() + ": "
                    + JSON.readTree(response.body()).path("error").asText("HTTP " + response.statusCode()));
        }
        return JSON.readValue(response.body(), HttpInterface.Answer.class);
    }

    /**
     * What a page of an instance answers with JSON, such as {@code /settings}.
     *
     * @throws java.net.ConnectException where nobody answers
     * @throws IOException where the instance refuses
     */
    public static JsonNode json(HttpInterface.Address address, String path) throws IOException, InterruptedException {
        return JSON.readTree(body(address, path));
    }

    /**
     * The text of a page of an instance, such as {@code /topology}.
     *
     * @throws java.net.ConnectException where nobody answers
     * @throws IOException where the instance refuses
     */
    public static String text(HttpInterface.Address address, String path) throws IOException, InterruptedException {
        return new String(body(address, path), StandardCharsets.UTF_8);
    }

    private static byte[] body(HttpInterface.Address address, String path) throws IOException, InterruptedException {
        final HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address.url() + path)).timeout(PAGE_TIMEOUT);
        if (!address.token().isEmpty()) {
            request.header("Authorization", "Bearer " + address.token());
        }
        final HttpResponse<byte[]> response =
                client(address).send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(address.url() + path + ": HTTP " + response.statusCode());
        }
        return response.body();
    }

    private static HttpClient client(HttpInterface.Address address) {
        return address.certificate() == null ? PLAIN : newClient(address);
    }

    private static HttpClient newClient(HttpInterface.Address address) {
        return address.certificate() == null
                ? HttpClient.newHttpClient()
                : HttpClient.newBuilder()
                        .sslContext(PinnedCertificate.context(address.certificate()))
                        .build();
    }
}
