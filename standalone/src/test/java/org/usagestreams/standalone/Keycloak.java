package org.usagestreams.standalone;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A Keycloak, the OpenID Connect provider, with a realm that a test fills. It keeps everything in memory. */
final class Keycloak implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final String VERSION = "26.5.6";

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = Ports.free();
    private final Process process;

    /** Its folder: that of the variable TEST_KEYCLOAK, or where {@code .ci/run} installs it. */
    static Optional<Path> program() {
        final String set = System.getenv("TEST_KEYCLOAK");
        final Path folder = set == null
                ? Path.of(System.getProperty("user.home"), ".cache", "usage-streams", "keycloak-" + VERSION)
                : Path.of(set);
        return Optional.of(folder.resolve("bin/kc.sh")).filter(Files::isRegularFile);
    }

    /** Starts one. */
    Keycloak(Path program, Path directory) throws Exception {
        final ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        program.toString(),
                        "start-dev",
                        "--db=dev-mem",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--http-management-port=" + Ports.free())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keycloak.log").toFile());
        builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
        builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin");
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process = builder.start();
        try {
            Awaitility.await("Keycloak, see " + directory.resolve("keycloak.log"))
                    .atMost(WITHIN)
                    .ignoreExceptions()
                    .until(() -> send(request("/realms/master").build()).statusCode() == 200);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Its address; a name of this host, so that it is another site than one at 127.0.0.1. */
    String url() {
        return "http://localhost:" + port;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Makes a realm. */
    void make(Map<String, Object> realm) throws Exception {
        final HttpResponse<String> token = send(request("/realms/master/protocol/openid-connect/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "grant_type=password&client_id=admin-cli&username=admin&password=admin"))
                .build());
        final HttpResponse<String> made = send(request("/admin/realms")
                .header(
                        "Authorization",
                        "Bearer "
                                + JSON.readTree(token.body())
                                        .path("access_token")
                                        .asText())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(realm)))
                .build());
        if (made.statusCode() != 201) {
            throw new IOException("Keycloak does not make the realm: " + made.statusCode() + " " + made.body());
        }
    }

    @Override
    public void close() {
        // The shell passes it on.
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
