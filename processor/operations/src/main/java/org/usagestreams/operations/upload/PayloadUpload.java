package org.usagestreams.operations.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.ObjectWriter;
import org.usagestreams.wire.notification.PayloadKey;

/** Uploads payloads of clusters' operators to the bucket, where an intake finds them. Thread-safe. */
public final class PayloadUpload {
    private final ObjectStore store;
    private final ObjectWriter writer;
    private final String bucket;
    private final String organisation;

    /** @param organisation whose payloads they are */
    public PayloadUpload(ObjectStore store, ObjectWriter writer, String bucket, String organisation) {
        this.store = store;
        this.writer = writer;
        this.bucket = bucket;
        this.organisation = organisation;
        if (!PayloadKey.of(PayloadKey.of(organisation, "x")).equals(Optional.of(new PayloadKey(organisation)))) {
            throw new IllegalArgumentException("Cannot upload for organisation " + organisation
                    + ": the name must have neither slashes nor bars, and no control characters");
        }
    }

    /**
     * Uploads a payload. Its key follows from its contents: the same one twice is the same object. It needs no right but to write.
     *
     * @return the object's key
     * @throws IOException where the file cannot be read, or the store does not take it
     */
    public String upload(Path file) throws IOException {
        final String key = PayloadKey.of(organisation, digest(file));
        writer.put(bucket, key, file, Map.of());
        return key;
    }

    /**
     * A payload that was uploaded, as the store has it.
     *
     * @throws IOException where the store does not have it or does not say so
     */
    public ObjectStore.Stored stored(String key) throws IOException {
        return store.current(bucket, key)
                .orElseThrow(() -> new IOException("Cannot find " + bucket + "/" + key + " right after its upload."
                        + " Find out who removes objects there."));
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
