package org.usagestreams.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectClientTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer worker;
    private volatile int status = 200;
    private volatile String answer = "{}";

    @BeforeEach
    void start() throws IOException {
        worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        worker.createContext("/", this::answer);
        worker.start();
    }

    @AfterEach
    void stop() {
        worker.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        final byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private ConnectClient client() {
        return new ConnectClient(
                URI.create("http://127.0.0.1:" + worker.getAddress().getPort() + "//"));
    }

    @Test
    void shouldPutAConfiguration() throws Exception {
        client().put("a-sink", Map.of("tasks.max", "1"));
        assertThat(asked).containsExactly("PUT /connectors/a-sink/config {\"tasks.max\":\"1\"}");
    }

    @Test
    void shouldSayWhyTheWorkerRefusesIt() {
        status = 400;
        answer = "{\"error_code\": 400, \"message\": \"tasks.max is no number\"}";
        assertThatThrownBy(() -> client().put("a-sink", Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("/connectors/a-sink/config answers 400: tasks.max is no number");
    }
}
