package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;

/** What reads of the embedded store fail with. */
class EmbeddedStoreIT {
    private static final String BUCKET = "reports";

    @TempDir
    private static Path directory;

    private static S3Endpoint endpoint;
    private static MinioClient client;

    @BeforeAll
    static void start() throws Exception {
        endpoint = S3Endpoint.start(directory, Ports.free(), "access", "secret", notification -> {});
        client = client(endpoint.url(), "secret");
        client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
    }

    @AfterAll
    static void stop() throws IOException {
        endpoint.close();
    }

    private static MinioClient client(String url, String secret) {
        return MinioClient.builder()
                .endpoint(url)
                .credentials("access", secret)
                .region("us-east-1")
                .build();
    }

    private static void put(byte[] bytes) throws Exception {
        client.putObject(PutObjectArgs.builder().bucket(BUCKET).object("x").stream(
                        new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                .build());
    }

    @Test
    void shouldRefuseToMixVersionsOfAnObject() throws Exception {
        final ObjectStore store = new ObjectStore(client);
        put(new byte[1 << 20]);
        final ObjectStore.Stored first = store.current(BUCKET, "x").orElseThrow();
        assertEquals(100, store.read(first, 0, 100).length);
        put("replaced while it is read".repeat(100_000).getBytes(UTF_8));
        final StoreException e = assertThrows(StoreException.class, () -> store.read(first, 900_000, 100));
        assertEquals(StoreException.Kind.REPLACED, e.kind());
        client.removeObject(
                RemoveObjectArgs.builder().bucket(BUCKET).object("x").build());
        assertTrue(store.current(BUCKET, "x").isEmpty());
        final StoreException gone = assertThrows(StoreException.class, () -> store.read(first, 0, 100));
        assertEquals(StoreException.Kind.GONE, gone.kind());
    }

    @Test
    void shouldSetObjectsOfABucketAsideThatIsMissing() throws Exception {
        put(new byte[1]);
        final ObjectStore store = new ObjectStore(client);
        // Others are readable.
        store.read(store.current(BUCKET, "x").orElseThrow(), 0, 1);
        final StoreException missing = assertThrows(StoreException.class, () -> store.current("no-such-bucket", "x"));
        assertEquals(StoreException.Kind.UNREADABLE, missing.kind(), "it retracts nothing");
    }

    @Test
    void shouldTryAgainWithWrongCredentials() {
        assertUnavailable(client(endpoint.url(), "wrong-secret"));
    }

    @Test
    void shouldTryAgainWithoutAStore() {
        assertUnavailable(client("http://127.0.0.1:" + Ports.free(), "secret"));
    }

    private static void assertUnavailable(MinioClient client) {
        final StoreException e = assertThrows(StoreException.class, () -> new ObjectStore(client).current(BUCKET, "x"));
        assertEquals(StoreException.Kind.UNAVAILABLE, e.kind(), e.getMessage());
    }
}
