package org.usagestreams.wire.chunk;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import org.usagestreams.wire.message.ObjectVersion;

/** Identity and order of the versions of an object. */
public final class Versions {
    /**
     * Orders the events of one object by time, then by sequencer (S3: strings of hex digits of any length, the shorter
     * padded on the right).
     */
    public static final Comparator<ObjectVersion> BY_TIME = Comparator.comparingLong(ObjectVersion::getEventTimeMillis)
            .thenComparing(ObjectVersion::getSequencer, Versions::compareSequencers);

    /** Orders the versions of one object by when they became its current one, then by what they are: a total order. */
    public static final Comparator<ObjectVersion> BY_EVENT =
            BY_TIME.thenComparing(ObjectVersion::getVersionId).thenComparing(ObjectVersion::getEtag);

    private static final int DIGEST_BYTES = 16;

    private Versions() {}

    /** Digest of bucket and key: 32 hex digits. */
    public static String objectId(ObjectVersion version) {
        return digest(version.getBucket(), version.getKey());
    }

    /**
     * Digest of what tells versions of one object apart: 32 hex digits. The event's time and sequencer are part of it:
     * an object that returns to earlier contents is a new version, so that a tombstone for the old never hits the new.
     */
    public static String versionId(ObjectVersion version) {
        return digest(
                version.getEtag(),
                version.getVersionId(),
                Long.toString(version.getEventTimeMillis()),
                version.getSequencer());
    }

    /** Digest of what a version holds, whenever it became the current one: 32 hex digits. */
    public static String contentsId(ObjectVersion version) {
        return digest(version.getEtag(), version.getVersionId());
    }

    /** How people name an object: {@code bucket/key}. It is also the key of everything that is sent per object. */
    public static String objectName(ObjectVersion version) {
        return version.getBucket() + "/" + version.getKey();
    }

    private static int compareSequencers(String a, String b) {
        final int length = Math.max(a.length(), b.length());
        return pad(a, length).compareToIgnoreCase(pad(b, length));
    }

    private static String pad(String sequencer, int length) {
        return sequencer + "0".repeat(length - sequencer.length());
    }

    private static String digest(String... parts) {
        try {
            final MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (final String part : parts) {
                sha.update(part.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
