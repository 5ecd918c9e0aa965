package org.usagestreams.intake;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;
import org.usagestreams.wire.label.LabelText;

/**
 * The texts of a column, each made once: reports repeat names and labels on thousands of rows. Texts come as ISO 8859-1, so that a
 * char is a byte; that they are UTF-8 is checked when they are made. Bounded: what does not fit is made each
 * time, until the texts are others. Not thread-safe.
 */
final class TextPool {
    private static final int SLOTS = 1 << 16;
    private static final int MOST_ENTRIES = SLOTS / 2;
    private static final long MOST_BYTES = 8 << 20;

    /** A full pool begins anew after so many texts that it did not have. */
    private static final int MOST_MISSED = 8 * MOST_ENTRIES;

    /** Texts made to collide are not searched for longer than this. */
    private static final int MOST_PROBES = 32;

    private final boolean labels;
    private final boolean kubernetesName;
    private int[] hashes = new int[256];
    private char[][] texts = new char[256][];
    private Binary[] values = new Binary[256];
    private int entries;
    private long bytes;
    private int missed;

    /**
     * An empty pool.
     *
     * @param labels whether texts are labels, which become JSON
     * @param kubernetesName whether texts are names of Kubernetes objects
     */
    TextPool(boolean labels, boolean kubernetesName) {
        this.labels = labels;
        this.kubernetesName = kubernetesName;
    }

    /**
     * The value of a text; null for an empty one.
     *
     * @throws UncheckedIOException of a {@link RejectedPayloadException} where the text is not taken
     */
    Binary get(char[] buffer, int offset, int length) {
        if (length == 0) {
            return null;
        }
        final int hash = hash(buffer, offset, length);
        int slot = hash & hashes.length - 1;
        for (int probe = 0; probe < MOST_PROBES; probe++) {
            final char[] text = texts[slot];
            if (text == null) {
                return add(slot, hash, buffer, offset, length);
            }
            if (hashes[slot] == hash && Arrays.equals(text, 0, text.length, buffer, offset, offset + length)) {
                return values[slot];
            }
            slot = slot + 1 & hashes.length - 1;
        }
        return value(bytes(buffer, offset, length));
    }

    /** Eight bytes at a time. */
    private static int hash(char[] buffer, int offset, int length) {
        long hash = length;
        int i = offset;
        final int end = offset + length;
        for (; i <= end - 8; i += 8) {
            final long word = (long) buffer[i] << 56
                    | (long) buffer[i + 1] << 48
                    | (long) buffer[i + 2] << 40
                    | (long) buffer[i + 3] << 32
                    | (long) buffer[i + 4] << 24
                    | (long) buffer[i + 5] << 16
                    | (long) buffer[i + 6] << 8
                    | buffer[i + 7];
            hash = mix(hash ^ word);
        }
        long rest = 0;
        for (; i < end; i++) {
            rest = rest << 8 | buffer[i];
        }
        return (int) mix(hash ^ rest);
    }

    private static long mix(long bits) {
        final long product = bits * 0x9e3779b97f4a7c15L;
        return product ^ product >>> 32;
    }

    private Binary add(int slot, int hash, char[] buffer, int offset, int length) {
        final Binary value = value(bytes(buffer, offset, length));
        final long size = 2L * length + value.length();
        if (entries >= MOST_ENTRIES || bytes + size > MOST_BYTES) {
            // Texts that come round and round would otherwise push each other out.
            if (++missed > MOST_MISSED) {
                clear();
            }
            return value;
        }
        hashes[slot] = hash;
        texts[slot] = Arrays.copyOfRange(buffer, offset, offset + length);
        values[slot] = value;
        bytes += size;
        if (++entries > hashes.length / 2 && hashes.length < SLOTS) {
            grow();
        }
        return value;
    }

    private void clear() {
        Arrays.fill(texts, null);
        Arrays.fill(values, null);
        entries = 0;
        bytes = 0;
        missed = 0;
    }

    private void grow() {
        final int[] oldHashes = hashes;
        final char[][] oldTexts = texts;
        final Binary[] oldValues = values;
        final int size = hashes.length * 4;
        hashes = new int[size];
        texts = new char[size][];
        values = new Binary[size];
        for (int i = 0; i < oldTexts.length; i++) {
            if (oldTexts[i] != null) {
                int slot = oldHashes[i] & size - 1;
                while (texts[slot] != null) {
                    slot = slot + 1 & size - 1;
                }
                hashes[slot] = oldHashes[i];
                texts[slot] = oldTexts[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static byte[] bytes(char[] buffer, int offset, int length) {
        final byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) buffer[offset + i];
        }
        return text;
    }

    private Binary value(byte[] text) {
        check(text);
        if (!labels) {
            return Binary.fromConstantByteArray(text);
        }
        final String pairs = new String(text, StandardCharsets.UTF_8);
        // What cannot be read stays as it is: whoever reads it counts it.
        return LabelText.toJson(pairs).map(Binary::fromString).orElseGet(() -> Binary.fromConstantByteArray(text));
    }

    private void check(byte[] text) {
        boolean ascii = true;
        for (final byte b : text) {
            ascii &= b >= 0;
            if (b == 0) {
                throw rejected(RejectionReason.NUL_CHARACTER, "a text has a NUL character", text);
            }
        }
        if (!ascii) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            } catch (CharacterCodingException e) {
                throw rejected(RejectionReason.NOT_UTF8, "a text is not UTF-8", text);
            }
        }
        if (kubernetesName && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@')) {
            throw rejected(RejectionReason.FORMULA, "no Kubernetes object has such a name", text);
        }
    }

    private static UncheckedIOException rejected(RejectionReason reason, String message, byte[] text) {
        return new UncheckedIOException(new RejectedPayloadException(
                reason, null, message + ": " + MemberNames.quoted(new String(text, StandardCharsets.ISO_8859_1))));
    }
}
