package org.usagestreams.standalone;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.KafkaClients;

/** Stands in for a platform's ingress: it keeps payloads, gives them out over HTTP, announces them, and hears what is confirmed. */
final class Ingress implements AutoCloseable {
    static final String ANNOUNCEMENTS = "platform.upload.announce";
    static final String VALIDATIONS = "platform.upload.validation";

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpServer server;
    private final Map<String, byte[]> payloads = new ConcurrentHashMap<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Map<String, String> validations = new ConcurrentHashMap<>();
    private Producer<byte[], byte[]> producer;
    private Consumer<byte[], byte[]> consumer;

    Ingress() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            final String request = exchange.getRequestURI().getPath().substring(1);
            final byte[] payload = payloads.get(request);
            final boolean fails = failing.contains(request) || failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            exchange.sendResponseHeaders(
                    fails ? 503 : payload == null ? 404 : 200, fails || payload == null ? -1 : payload.length);
            if (!fails && payload != null) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(payload);
                }
            }
            exchange.close();
        });
        server.start();
    }

    /** As a setting names it. */
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Makes the topics, and connects. */
    void connect(Settings settings) throws Exception {
        try (Admin admin = Admin.create(settings.kafkaClient())) {
            admin.createTopics(
                            List.of(new NewTopic(ANNOUNCEMENTS, 1, (short) 1), new NewTopic(VALIDATIONS, 1, (short) 1)))
                    .all()
                    .get();
        }
        producer = KafkaClients.real().producer(settings.kafkaClient());
        consumer = CommittedReader.open(KafkaClients.real(), settings.kafkaClient());
        consumer.assign(List.of(new TopicPartition(VALIDATIONS, 0)));
        consumer.seekToBeginning(consumer.assignment());
    }

    /** So many requests are answered by 503. */
    void failNext(int requests) {
        failures.set(requests);
    }

    /** The payload of an upload is answered by 503 from now on. */
    void fail(String request) {
        failing.add(request);
    }

    /** The payload of an upload is given out again. */
    void heal(String request) {
        failing.remove(request);
    }

    /** Receives a payload as a platform does, and announces it. */
    void receive(String request, String orgId, byte[] payload) throws Exception {
        payloads.put(request, payload);
        announce(request, orgId, "http://" + host() + "/" + request, "hccm");
    }

    /** Announces what may not be there. */
    void announce(String request, String orgId, String url, String service) throws Exception {
        final ObjectNode announcement = JSON.createObjectNode()
                .put("request_id", request)
                .put("account", "1")
                .put("org_id", orgId)
                .put("url", url)
                .put("category", "tar")
                .put("timestamp", "2026-08-01T00:00:00Z");
        final ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(ANNOUNCEMENTS, announcement.toString().getBytes(StandardCharsets.UTF_8));
        record.headers().add("service", service.getBytes(StandardCharsets.UTF_8));
        producer.send(record).get();
    }

    /** What was confirmed of an upload last; null for nothing yet. */
    String validation(String request) {
        consumer.poll(Duration.ofMillis(50)).forEach(record -> {
            try {
                final var said = JSON.readTree(record.value());
                validations.put(
                        said.path("request_id").asText(),
                        said.path("validation").asText());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return validations.get(request);
    }

    @Override
    public void close() {
        server.stop(0);
        if (producer != null) {
            producer.close();
            consumer.close();
        }
    }
}
