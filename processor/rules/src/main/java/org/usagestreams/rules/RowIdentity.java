package org.usagestreams.rules;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Derives a row's uuid from its identity: UUID version 5 (RFC 9562, SHA-1) in a separate name space. The name is the row's kind, source,
 * date and grouping columns, each with its length, so different identities have different names.
 */
final class RowIdentity {
    private static final UUID NAME_SPACE = UUID.fromString("2f9d8f0e-6f0b-5c55-9a3c-0d5f6a3a7b11");

    private final MessageDigest sha1;
    private final StringBuilder name = new StringBuilder(256);

    RowIdentity() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }

    RowIdentity start(SummaryRow.Kind kind, String source, String date) {
        name.setLength(0);
        return add(kind.name()).add(source).add(date);
    }

    RowIdentity add(String part) {
        if (part == null) {
            name.append("-;");
        } else {
            name.append(part.length()).append(':').append(part).append(';');
        }
        return this;
    }

    RowIdentity add(Labels labels) {
        labels.forEach((key, value) -> add(key).add(value));
        return this;
    }

    UUID uuid() {
        sha1.reset();
        sha1.update(ByteBuffer.allocate(16)
                .putLong(NAME_SPACE.getMostSignificantBits())
                .putLong(NAME_SPACE.getLeastSignificantBits())
                .flip());
        final ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.toString().getBytes(StandardCharsets.UTF_8)));
        final long high = (digest.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x5000L;
        final long low = (digest.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
