package org.usagestreams.standalone;

import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * A blob store that says what happens to its objects, as MinIO's buckets do: the events of one object in the order in
 * which they happened, no two events in the same millisecond.
 */
final class NotifyingBlobStore extends ForwardingBlobStore {
    /** Files that the S3 endpoint keeps for uploads under way. */
    private static final String UPLOAD_STUB = ".s3proxy-mpu-stub-";

    private final Consumer<BucketNotifications.Notification> sink;
    private final Clock clock;
    private final ReentrantLock[] locks =
            IntStream.range(0, 64).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);
    private Instant last = Instant.EPOCH;

    NotifyingBlobStore(BlobStore delegate, Consumer<BucketNotifications.Notification> sink, Clock clock) {
        super(delegate);
        this.sink = sink;
        this.clock = clock;
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        return inOrder(request.bucket(), request.key(), () -> {
            final PutObjectResponse response = super.putBlob(request, payload);
            created("s3:ObjectCreated:Put", request.bucket(), request.key());
            return response;
        });
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        return inOrder(request.destinationBucket(), request.destinationKey(), () -> {
            final CopyObjectResponse response = super.copyBlob(request);
            created("s3:ObjectCreated:Copy", request.destinationBucket(), request.destinationKey());
            return response;
        });
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return inOrder(upload.containerName(), upload.blobName(), () -> {
            final CompleteMultipartUploadResponse response = super.completeMultipartUpload(upload, request);
            created("s3:ObjectCreated:CompleteMultipartUpload", upload.containerName(), upload.blobName());
            return response;
        });
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return inOrder(request.bucket(), request.key(), () -> {
            final DeleteObjectResponse response = super.removeBlob(request);
            if (!request.key().startsWith(UPLOAD_STUB)) {
                final Instant time = tick();
                final boolean marker = Boolean.TRUE.equals(response.deleteMarker());
                sink.accept(BucketNotifications.removed(
                        marker ? "s3:ObjectRemoved:DeleteMarkerCreated" : "s3:ObjectRemoved:Delete",
                        request.bucket(),
                        request.key(),
                        time,
                        sequencer(time),
                        response.versionId() != null ? response.versionId() : request.versionId()));
            }
            return response;
        });
    }

    private void created(String eventName, String bucket, String key) {
        if (key.startsWith(UPLOAD_STUB)) {
            return;
        }
        final HeadObjectResponse head = super.blobMetadata(
                HeadObjectRequest.builder().bucket(bucket).key(key).build());
        final Instant time = tick();
        sink.accept(BucketNotifications.created(
                eventName,
                bucket,
                key,
                time,
                sequencer(time),
                head.contentLength() == null ? 0 : head.contentLength(),
                head.eTag() == null ? "" : head.eTag().replace("\"", ""),
                head.versionId(),
                head.metadata() == null ? Map.of() : head.metadata()));
    }

    private <T> T inOrder(String bucket, String key, Supplier<T> action) {
        final ReentrantLock lock = locks[Math.floorMod((bucket + "/" + key).hashCode(), locks.length)];
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private synchronized Instant tick() {
        final Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        last = now.isAfter(last) ? now : last.plusMillis(1);
        return last;
    }

    private static long sequencer(Instant time) {
        return time.toEpochMilli() * 1_000_000;
    }
}
