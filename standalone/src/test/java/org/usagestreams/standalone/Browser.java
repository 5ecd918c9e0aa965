package org.usagestreams.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Chromium of Debian's packages, driven by its WebDriver (W3C) over HTTP. */
final class Browser implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String driver;
    private final String session;

    /** Whether both are installed. */
    static boolean isInstalled() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    }

    /** Starts it; its profile is in the folder. */
    Browser(Path directory) throws Exception {
        final int port = Ports.free();
        driver = "http://127.0.0.1:" + port;
        process = new ProcessBuilder(DRIVER.toString(), "--port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromedriver.log").toFile())
                .start();
        Awaitility.await("chromedriver").atMost(WITHIN).ignoreExceptions().until(() -> call("GET", "/status", null)
                .path("ready")
                .asBoolean());
        final Map<String, Object> options = Map.of(
                "binary",
                CHROMIUM.toString(),
                "args",
                List.of(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--window-size=1200,800",
                        "--user-data-dir=" + directory.resolve("profile")));
        final JsonNode begun = call(
                "POST",
                "/session",
                Map.of("capabilities", Map.of("alwaysMatch", Map.of("goog:chromeOptions", options))));
        session = "/session/" + begun.path("sessionId").asText();
        call("POST", session + "/timeouts", Map.of("script", WITHIN.toMillis(), "pageLoad", WITHIN.toMillis()));
    }

    private JsonNode call(String method, String path, Object body) throws IOException, InterruptedException {
        final HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(driver + path)).timeout(WITHIN);
        request.method(
                method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        final HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        final JsonNode value = JSON.readTree(response.body()).path("value");
        if (response.statusCode() != 200) {
            throw new IOException(path + ": " + value.path("error").asText() + ", "
                    + value.path("message").asText());
        }
        return value;
    }

    void open(String url) throws Exception {
        call("POST", session + "/url", Map.of("url", url));
    }

    String url() throws Exception {
        return call("GET", session + "/url", null).asText();
    }

    /** What a function's body returns. */
    JsonNode run(String script, Object... arguments) throws Exception {
        return call("POST", session + "/execute/sync", Map.of("script", script, "args", List.of(arguments)));
    }

    /** The same, of a body that calls its last argument with the result. */
    JsonNode runAsync(String script, Object... arguments) throws Exception {
        return call("POST", session + "/execute/async", Map.of("script", script, "args", List.of(arguments)));
    }

    /** A command of the browser's own protocol. */
    void tell(String command, Map<String, Object> parameters) throws Exception {
        call("POST", session + "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    private String element(String css) throws Exception {
        return session + "/element/"
                + call("POST", session + "/element", Map.of("using", "css selector", "value", css))
                        .path(ELEMENT)
                        .asText();
    }

    void click(String css) throws Exception {
        call("POST", element(css) + "/click", Map.of());
    }

    void type(String css, String text) throws Exception {
        call("POST", element(css) + "/value", Map.of("text", text));
    }

    /** Presses a key where the focus is. */
    void press(String key) throws Exception {
        final List<Map<String, String>> presses =
                List.of(Map.of("type", "keyDown", "value", key), Map.of("type", "keyUp", "value", key));
        call(
                "POST",
                session + "/actions",
                Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", presses))));
    }

    @Override
    public void close() throws IOException {
        try {
            if (session != null) {
                call("DELETE", session, null);
            }
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }
}
