package org.usagestreams.store;

import io.minio.MinioClient;
import io.minio.ObjectWriteResponse;
import io.minio.UploadObjectArgs;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Puts files into the bucket. Readers see an object wholly or not at all. Thread-safe. */
public final class ObjectWriter {
    /** Larger files are sent in parts. */
    private static final long PART = 64 << 20;

    private static final long LEAST_PART = 5 << 20;

    private final MinioClient client;

    /** Writes with this client, which stays the caller's. */
    public ObjectWriter(MinioClient client) {
        this.client = client;
    }

    /**
     * Puts a file.
     *
     * @param metadata user metadata
     * @return the object's ETag, without quotes
     * @throws StoreException of kind {@code UNAVAILABLE} or {@code REFUSED}, where the store does not take it
     * @throws IOException where the file cannot be read
     */
    public String put(String bucket, String key, Path file, Map<String, String> metadata) throws IOException {
        final long size = Files.size(file);
        try {
            final ObjectWriteResponse written = client.uploadObject(UploadObjectArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .filename(file.toString(), Math.max(LEAST_PART, Math.min(size, PART)))
                    .userMetadata(metadata)
                    .build());
            return written.etag().replace("\"", "");
        } catch (MinioException | RuntimeException e) {
            throw StoreFailures.of(bucket + "/" + key, e);
        }
    }
}
