package org.usagestreams.service.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.usagestreams.intake.RejectedPayloadException;
import org.usagestreams.intake.RejectionReason;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.ObjectWriter;
import org.usagestreams.store.StoreException;

/** The bucket, as an intake reads and writes it. Thread-safe. */
final class PayloadStore {
    /** User metadata of what an intake writes: SHA-256 of the bytes. What is there with the same is not written again. */
    static final String DIGEST = "digest";

    private static final int RANGE = 8 << 20;

    private final ObjectStore store;
    private final ObjectWriter writer;
    private final IntakeCounts counts;

    PayloadStore(ObjectStore store, ObjectWriter writer, IntakeCounts counts) {
        this.store = store;
        this.writer = writer;
        this.counts = counts;
    }

    /** See {@link ObjectStore#current}. */
    Optional<ObjectStore.Stored> current(String bucket, String key) throws StoreException {
        return store.current(bucket, key);
    }

    /** Reads a payload from its beginning, as far as it is read. */
    InputStream open(ObjectStore.Stored stored) {
        return new StoredInput(store, stored);
    }

    /**
     * Copies a payload to this host.
     *
     * @param late whether the time for it is over
     * @throws RejectedPayloadException where it is
     * @throws StoreException where the store does not give it out
     * @throws IOException where the file cannot be written
     */
    void fetch(ObjectStore.Stored stored, Path file, BooleanSupplier late) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long at = 0; at < stored.size(); at += RANGE) {
                if (late.getAsBoolean()) {
                    throw new RejectedPayloadException(
                            RejectionReason.TOO_SLOW, null, "it takes longer than intake.payload.ms to read", null);
                }
                out.write(store.read(stored, at, (int) Math.min(RANGE, stored.size() - at)));
            }
        }
        counts.bytes.add(stored.size());
    }

    /**
     * Puts a file where the bucket does not have the same bytes under the key already.
     *
     * @return the object's ETag
     * @throws StoreException where the store does not take it
     * @throws IOException where the file cannot be read
     */
    String put(String bucket, String key, Path file, Map<String, String> metadata) throws IOException {
        final String digest = digest(file);
        final Optional<ObjectStore.Stored> there = there(bucket, key);
        if (there.isPresent() && digest.equals(there.get().metadata().get(DIGEST))) {
            counts.objectsThere.increment();
            return there.get().etag();
        }
        final Map<String, String> all = new HashMap<>(metadata);
        all.put(DIGEST, digest);
        final String etag = writer.put(bucket, key, file, all);
        counts.objectsWritten.increment();
        return etag;
    }

    /** Without the right to list, a store may say that what is not there is forbidden. Then it is put. */
    private Optional<ObjectStore.Stored> there(String bucket, String key) throws StoreException {
        try {
            return store.current(bucket, key);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** SHA-256 of a file, in hexadecimal. */
    static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
