package org.usagestreams.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.minio.MinioClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each answer of a store, and of what stands between, leads to what {@link StoreFailures} says. */
class StoreFailuresTest {
    private static final String BUCKET = "reports";

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private ObjectStore store;

    /** An answer; the body only goes out to a GET. */
    private record Answer(int status, String type, String body, boolean requestId) {
        static Answer error(int status, String code) {
            return new Answer(
                    status,
                    "application/xml",
                    "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>In the store's words</Message>"
                            + "<RequestId>4442587FB7D0A2F9</RequestId></Error>",
                    true);
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        store = new ObjectStore(client("http://localhost:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static MinioClient client(String endpoint) {
        return MinioClient.builder()
                .endpoint(endpoint)
                .credentials("usage", "usage-secret")
                .region("us-east-1")
                // The client's own tries again, for seconds.
                .httpClient(new OkHttpClient(), true)
                .build();
    }

    private void answer(HttpExchange exchange) throws IOException {
        final String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        final Answer answer = path.equals("/" + BUCKET) || path.equals("/" + BUCKET + "/")
                ? answers.getOrDefault("", listing())
                : answers.getOrDefault(path.substring(BUCKET.length() + 2), Answer.error(404, "NoSuchKey"));
        if (answer.requestId()) {
            exchange.getResponseHeaders().add("x-amz-request-id", "4442587FB7D0A2F9");
        }
        exchange.getResponseHeaders().add("ETag", "\"v1\"");
        exchange.getResponseHeaders().add("Last-Modified", "Mon, 24 Nov 2025 10:00:00 GMT");
        exchange.getResponseHeaders().add("Content-Type", answer.type());
        final byte[] body = answer.body().getBytes(UTF_8);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private Answer listing() {
        final StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult><Name>" + BUCKET
                + "</Name><Prefix></Prefix><KeyCount>1</KeyCount><MaxKeys>4</MaxKeys><IsTruncated>false</IsTruncated>");
        answers.keySet().stream()
                .filter(key -> !key.isEmpty())
                .forEach(key -> xml.append("<Contents><Key>" + key + "</Key>"
                        + "<LastModified>2025-11-24T10:00:00.000Z</LastModified><ETag>&quot;v1&quot;</ETag>"
                        + "<Size>3</Size><StorageClass>STANDARD</StorageClass></Contents>"));
        return new Answer(200, "application/xml", xml + "</ListBucketResult>", true);
    }

    private void readable(String key) {
        answers.put(key, new Answer(200, "application/octet-stream", "x", true));
    }

    private StoreException.Kind failure(String bucket, String key) {
        final StoreException[] thrown = new StoreException[1];
        assertThatThrownBy(() -> store.current(bucket, key))
                .asInstanceOf(type(StoreException.class))
                .satisfies(e -> thrown[0] = e);
        return thrown[0].kind();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NoSuchKey", "NoSuchVersion"})
    void shouldTakeAnObjectForGoneWhereTheStoreSaysSo(String code) throws StoreException {
        answers.put("x", Answer.error(404, code));
        assertThat(store.current(BUCKET, "x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "404, text/plain; charset=utf-8, 404 page not found",
        "404, text/html, <html>no such route</html>",
        "404, text/plain, ''",
        "404, '', ''",
        "403, text/html, <html>blocked</html>",
        "502, text/html, <html>bad gateway</html>",
    })
    void shouldNotTakeTheAnswerOfAProxyForTheStores(int status, String type, String body) {
        answers.put("x", new Answer(status, type, body, false));
        answers.put("", new Answer(status, type, body, false));
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied",
        "403, InvalidObjectState",
        "404, NoSuchBucket",
        "400, ExpiredToken",
        "400, AuthorizationHeaderMalformed",
        "405, MethodNotAllowed",
        "500, InternalError",
        "503, SlowDown",
        "507, XMinioStorageFull",
    })
    void shouldTellAnObjectThatCannotBeReadFromAStoreThatIsUnavailable(int status, String code) {
        answers.put("x", Answer.error(status, code));
        readable("other");
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNREADABLE);
        answers.put("other", Answer.error(status, code));
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNAVAILABLE);
        assertThatThrownBy(() -> store.current(BUCKET, "x"))
                .hasMessageContaining(
                        status < 500 ? code + " (HTTP " + status + "): In the store's words" : "" + status);
    }

    @Test
    void shouldNotTakeAMissingBucketForGone() {
        answers.put("x", Answer.error(404, "NoSuchBucket"));
        answers.put("", Answer.error(404, "NoSuchBucket"));
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNAVAILABLE);
    }

    @Test
    void shouldTakeAnObjectThatIsTheOnlyOneForUnreadable() {
        answers.put("x", Answer.error(403, "AccessDenied"));
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNREADABLE);
    }

    @Test
    void shouldProbeWhatWasReadLastWhereTheListingIsForbidden() throws Exception {
        readable("read");
        answers.put("", Answer.error(403, "AccessDenied"));
        answers.put("x", Answer.error(403, "AccessDenied"));
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNAVAILABLE);
        store.read(store.current(BUCKET, "read").orElseThrow(), 0, 1);
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNREADABLE);
    }

    @ParameterizedTest
    @CsvSource({"412, PreconditionFailed", "409, OperationAborted"})
    void shouldTakeAFailedConditionForAReplacement(int status, String code) throws Exception {
        readable("x");
        final ObjectStore.Stored stored = store.current(BUCKET, "x").orElseThrow();
        answers.put("x", Answer.error(status, code));
        assertThatThrownBy(() -> store.read(stored, 0, 1))
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::kind)
                .isEqualTo(StoreException.Kind.REPLACED);
    }

    @Test
    void shouldRefuseAnObjectThatIsEncryptedWithACustomersKey() {
        answers.put("x", Answer.error(400, "InvalidRequest"));
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"a, x", "Reports, x", "reports, a/../x", "reports, ./x", "reports, .."})
    void shouldRefuseNamesThatTheClientRefuses(String bucket, String key) {
        assertThat(failure(bucket, key)).isEqualTo(StoreException.Kind.REFUSED);
        assertThat(requests).isEmpty();
    }

    @Test
    void shouldWaitForAStoreThatCannotBeReached() {
        server.stop(0);
        assertThat(failure(BUCKET, "x")).isEqualTo(StoreException.Kind.UNAVAILABLE);
    }
}
