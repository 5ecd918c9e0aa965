package org.usagestreams.splitter;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.parquet.io.InputFile;

/** Reads objects over the S3 API: what the current version is, and ranges of one version's bytes. */
public final class ObjectStore {
    /** Most keys of a page. */
    public static final int PAGE = 1_000;

    private static final Set<String> GONE = Set.of("NoSuchKey", "NoSuchObject", "NoSuchVersion", "NoSuchBucket");
    private static final Set<Integer> REPLACED = Set.of(409, 412);

    private final MinioClient client;
    private final int readAheadBytes;
    private final LongAdder bytesRead;

    /**
     * Reads through this client.
     *
     * @param readAheadBytes least bytes of a request; a smaller object is read by one
     */
    public ObjectStore(MinioClient client, int readAheadBytes) {
        this(client, readAheadBytes, new LongAdder());
    }

    /** Reads through this client, and counts the bytes of objects. */
    ObjectStore(MinioClient client, int readAheadBytes, LongAdder bytesRead) {
        this.client = client;
        this.readAheadBytes = readAheadBytes;
        this.bytesRead = bytesRead;
    }

    /**
     * An object's current version.
     *
     * @param etag without quotes
     * @param versionId empty in a bucket without versioning
     * @param size in bytes
     * @param lastModified when it was uploaded, to the second
     * @param metadata user metadata by lower-case name without prefix
     */
    public record Stored(
            String bucket,
            String key,
            String etag,
            String versionId,
            long size,
            Instant lastModified,
            Map<String, String> metadata) {}

    /** The object's current version; empty where there is none. */
    public Optional<Stored> current(String bucket, String key) throws StoreException {
        try {
            final StatObjectResponse stat = client.statObject(
                    StatObjectArgs.builder().bucket(bucket).object(key).build());
            final Map<String, String> metadata = new TreeMap<>();
            for (final String header : stat.headers().names()) {
                final String name = header.toLowerCase(Locale.ROOT);
                if (name.startsWith("x-amz-meta-")) {
                    metadata.put(
                            name.substring("x-amz-meta-".length()),
                            stat.headers().get(header));
                }
            }
            final String version = stat.versionId();
            return Optional.of(new Stored(
                    bucket,
                    key,
                    stat.etag().replace("\"", ""),
                    version == null || "null".equals(version) ? "" : version,
                    stat.size(),
                    stat.lastModified().toInstant(),
                    metadata));
        } catch (MinioException | RuntimeException e) {
            final StoreException failure = classify(bucket + "/" + key, e);
            if (failure.kind() == StoreException.Kind.GONE) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /**
     * An object as a listing has it.
     *
     * @param etag without quotes
     * @param lastModified when it was uploaded, as precisely as the store says
     */
    public record Listed(String key, String etag, Instant lastModified, long size) {}

    /**
     * A page of a listing, by key in the order of its UTF-8 bytes.
     *
     * @param next what to list the next page after; null where there is none
     */
    public record Page(List<Listed> objects, String next) {}

    /**
     * Lists a bucket by page.
     *
     * @param prefix of keys
     * @param after keys up to this one are left out; empty for none
     * @param keys most keys of the page, up to {@link #PAGE}
     */
    public Page list(String bucket, String prefix, String after, int keys) throws StoreException {
        final List<Listed> objects = new ArrayList<>();
        String next = null;
        try {
            final ListObjectsArgs.Builder args = ListObjectsArgs.builder()
                    .bucket(bucket)
                    .prefix(prefix)
                    .recursive(true)
                    .maxKeys(keys);
            if (!after.isEmpty()) {
                args.startAfter(after);
            }
            for (final Result<Item> result : client.listObjects(args.build())) {
                final Item item = result.get();
                objects.add(new Listed(
                        item.objectName(),
                        item.etag().replace("\"", ""),
                        item.lastModified().toInstant(),
                        item.size()));
                if (objects.size() == keys) {
                    // Asked for one more, the client would list the next page.
                    next = item.objectName();
                    break;
                }
            }
        } catch (MinioException | RuntimeException e) {
            throw classify(bucket, e);
        }
        return new Page(objects, next);
    }

    /** The bytes of that version; reading fails with REPLACED where another has taken its place. */
    public InputFile open(Stored stored) {
        return new RangedInputFile(stored.size(), readAheadBytes, (offset, length) -> read(stored, offset, length));
    }

    private byte[] read(Stored stored, long offset, int length) throws IOException {
        final GetObjectArgs.Builder args = GetObjectArgs.builder()
                .bucket(stored.bucket())
                .object(stored.key())
                .offset(offset)
                .length((long) length)
                .matchETag(stored.etag());
        if (!stored.versionId().isEmpty()) {
            args.versionId(stored.versionId());
        }
        final String name = stored.bucket() + "/" + stored.key();
        try (InputStream in = client.getObject(args.build())) {
            final byte[] bytes = in.readNBytes(length);
            bytesRead.add(bytes.length);
            if (bytes.length < length) {
                throw new StoreException(
                        StoreException.Kind.UNAVAILABLE,
                        name + ": " + bytes.length + " of " + length + " bytes at " + offset + " came",
                        null);
            }
            return bytes;
        } catch (StoreException e) {
            throw e;
        } catch (MinioException | IOException | RuntimeException e) {
            throw classify(name, e);
        }
    }

    private static StoreException classify(String object, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ErrorResponseException response) {
                return classify(object, response);
            }
        }
        return new StoreException(StoreException.Kind.UNAVAILABLE, object + ": " + e.getMessage(), e);
    }

    private static StoreException classify(String object, ErrorResponseException e) {
        final String code = e.errorResponse().code();
        final int status = e.response().code();
        final StoreException.Kind kind;
        if (GONE.contains(code) || status == 404) {
            kind = StoreException.Kind.GONE;
        } else if (REPLACED.contains(status)) {
            kind = StoreException.Kind.REPLACED;
        } else if (status == 400) {
            // Asked for without the key that it was encrypted with, or by a name that the store does not take.
            kind = StoreException.Kind.REFUSED;
        } else {
            kind = StoreException.Kind.UNAVAILABLE;
        }
        return new StoreException(kind, object + ": " + code + " (HTTP " + status + ")", e);
    }
}
