package org.usagestreams.operations.upload;

import io.minio.MinioClient;
import io.minio.UploadObjectArgs;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Uploads report files to the bucket. Thread-safe. */
public final class ReportUpload {
    private final MinioClient client;
    private final String bucket;

    /** Uploads to this bucket. */
    public ReportUpload(MinioClient client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    /**
     * Uploads, one after the other.
     *
     * @param uploaded hears of each file that is in the bucket
     * @throws IOException where a file cannot be read
     * @throws MinioException where the store does not take a file
     */
    public void upload(List<PlannedUpload> files, Consumer<PlannedUpload> uploaded) throws IOException, MinioException {
        for (final PlannedUpload file : files) {
            client.uploadObject(UploadObjectArgs.builder()
                    .bucket(bucket)
                    .object(file.key())
                    .filename(file.file().toString())
                    .build());
            uploaded.accept(file);
        }
    }
}
