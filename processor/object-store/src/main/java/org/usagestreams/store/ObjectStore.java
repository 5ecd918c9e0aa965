package org.usagestreams.store;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
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
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads objects over the S3 API: what the current version is, and ranges of one version's bytes. {@link StoreFailures} lists
 * how failures are told apart.
 *
 * <p>Thread-safe.
 */
public final class ObjectStore {
    /** Most keys of a page. */
    public static final int PAGE = 1_000;

    private final MinioClient client;
    private final LongAdder bytesRead;
    private final StoreProbe probe;

    /** Reads through this client. */
    public ObjectStore(MinioClient client) {
        this(client, new LongAdder(), null);
    }

    /**
     * Reads through this client, and counts the bytes of objects.
     *
     * @param homeBucket the bucket whose objects tell whether the store is available; null for that of the object asked for
     */
    public ObjectStore(MinioClient client, LongAdder bytesRead, String homeBucket) {
        this.client = client;
        this.bytesRead = bytesRead;
        probe = new StoreProbe(new ProbeRequests(), homeBucket);
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

    /**
     * The object's current version.
     *
     * @return empty where the store itself says that there is none
     * @throws StoreException of any kind but {@code GONE} and {@code REPLACED}
     */
    public Optional<Stored> current(String bucket, String key) throws StoreException {
        checkName(bucket, key);
        StoreException failure;
        try {
            return Optional.of(stat(bucket, key));
        } catch (StoreException e) {
            failure = e;
        }
        if (StoreFailures.isBodiless(failure)) {
            try {
                readByte(bucket, key);
                // Uploaded between the two requests, or a fault of HEAD alone.
                return Optional.of(stat(bucket, key));
            } catch (StoreException e) {
                failure = e;
            }
        }
        if (failure.kind() == StoreException.Kind.GONE && !StoreFailures.isBodiless(failure)) {
            return Optional.empty();
        }
        throw probe.decide(bucket, key, unclear(failure));
    }

    /** Refuses what the client would refuse, so that its other exceptions are not taken for that. */
    private static void checkName(String bucket, String key) throws StoreException {
        try {
            StatObjectArgs.builder().bucket(bucket).object(key).build();
        } catch (IllegalArgumentException e) {
            throw StoreFailures.refusedName(bucket + "/" + key, e.getMessage(), e);
        }
        for (final String segment : key.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw StoreFailures.refusedName(bucket + "/" + key, "a segment is " + segment, null);
            }
        }
    }

    /** A HEAD that goes on failing without a body proves nothing about the object. */
    private static StoreException unclear(StoreException failure) {
        return StoreFailures.isBodiless(failure)
                ? new StoreException(StoreException.Kind.UNAVAILABLE, failure.getMessage(), failure.getCause())
                : failure;
    }

    private Stored stat(String bucket, String key) throws StoreException {
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
            return new Stored(
                    bucket,
                    key,
                    stat.etag().replace("\"", ""),
                    version == null || "null".equals(version) ? "" : version,
                    stat.size(),
                    stat.lastModified().toInstant(),
                    metadata);
        } catch (MinioException | RuntimeException e) {
            throw StoreFailures.of(bucket + "/" + key, e);
        }
    }

    private void readByte(String bucket, String key) throws StoreException {
        try (InputStream in = client.getObject(GetObjectArgs.builder()
                .bucket(bucket)
                .object(key)
                .offset(0L)
                .length(1L)
                .build())) {
            in.readNBytes(1);
        } catch (MinioException | IOException | RuntimeException e) {
            throw StoreFailures.of(bucket + "/" + key, e);
        }
    }

    /** The probe's requests. */
    private final class ProbeRequests implements StoreProbe.Requests {
        @Override
        public void readByte(StoreProbe.Name object) throws StoreException {
            ObjectStore.this.readByte(object.bucket(), object.key());
        }

        @Override
        public List<StoreProbe.Name> first(String bucket, int limit) throws StoreException {
            return list(bucket, "", "", limit).objects().stream()
                    .filter(object -> object.size() > 0)
                    .map(object -> new StoreProbe.Name(bucket, object.key()))
                    .toList();
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
            throw StoreFailures.of(bucket, e);
        }
        return new Page(objects, next);
    }

    /**
     * Bytes of that version: all of them, or none.
     *
     * @param offset of the first byte
     * @throws StoreException of kind {@code REPLACED} where another version has taken its place, {@code GONE} where it is there
     *     no more
     * @throws IOException where the bytes cannot be read for another reason
     */
    public byte[] read(Stored stored, long offset, int length) throws IOException {
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
        StoreException failure;
        try (InputStream in = client.getObject(args.build())) {
            final byte[] bytes = in.readNBytes(length);
            bytesRead.add(bytes.length);
            if (bytes.length == length) {
                probe.remember(stored.bucket(), stored.key());
                return bytes;
            }
            failure = new StoreException(
                    StoreException.Kind.UNAVAILABLE,
                    name + ": " + bytes.length + " of " + length + " bytes at " + offset + " came",
                    null);
        } catch (MinioException | IOException | RuntimeException e) {
            failure = StoreFailures.of(name, e);
        }
        throw probe.decide(stored.bucket(), stored.key(), failure);
    }
}
