package org.usagestreams.intake;

import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;
import org.usagestreams.wire.label.LabelText;

/**
 * The texts of a column, each made once: reports repeat names and labels on thousands of rows. Each text in the pool has a number.
 * That a text is UTF-8 is checked when it is made. Bounded: what does not fit is made each time, until the texts are others. Not
 * thread-safe.
 */
final class TextPool {
    /** The number of a text that is not in the pool. */
    static final int NOT_POOLED = -1;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int SLOTS = 1 << 16;

    /** Numbers are smaller. */
    static final int MOST_ENTRIES = SLOTS / 2;

    private static final int MOST_BYTES = 8 << 20;

    /** A full pool begins anew after so many texts that it did not have. */
    private static final int MOST_MISSED = 8 * MOST_ENTRIES;

    /** Texts made to collide are not searched for longer than this. */
    private static final int MOST_PROBES = 32;

    private final boolean labels;
    private final boolean kubernetesName;

    /** Hash and number plus one of a text; 0 is empty. */
    private long[] slots = new long[256];

    /** By number; the bytes of all texts, one after the other. */
    private int[] ends = new int[128];

    private Binary[] values = new Binary[128];
    private byte[] texts = new byte[4 << 10];
    private Object generation = new Object();
    private int entries;
    private long bytes;
    private int missed;
    private Binary unpooled;

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
     * Begins anew where too many texts were not in the pool.
     *
     * @return the same object as long as each number stands for the same text
     */
    Object begin() {
        if (missed > MOST_MISSED) {
            clear();
        }
        return generation;
    }

    /**
     * The number of a text, whose value {@link #value} has until the next call.
     *
     * @param length not 0
     * @return {@link #NOT_POOLED} where there is no room for it
     * @throws UncheckedIOException of a {@link RejectedPayloadException} where the text is not taken
     */
    int number(byte[] buffer, int offset, int length) {
        final int hash = hash(buffer, offset, length);
        final int mask = slots.length - 1;
        int slot = hash & mask;
        for (int probe = 0; probe < MOST_PROBES; probe++) {
            final long found = slots[slot];
            if (found == 0) {
                return add(slot, hash, buffer, offset, length);
            }
            if ((int) (found >>> 32) == hash) {
                final int number = (int) found - 1;
                final int begin = number == 0 ? 0 : ends[number - 1];
                if (Arrays.equals(texts, begin, ends[number], buffer, offset, offset + length)) {
                    return number;
                }
            }
            slot = slot + 1 & mask;
        }
        unpooled = make(buffer, offset, length);
        return NOT_POOLED;
    }

    /** The value of the text whose number this is; that of the last text for {@link #NOT_POOLED}. */
    Binary value(int number) {
        return number == NOT_POOLED ? unpooled : values[number];
    }

    /** Eight bytes at a time. */
    private static int hash(byte[] buffer, int offset, int length) {
        long hash = length;
        int i = offset;
        final int end = offset + length;
        for (; i <= end - 8; i += 8) {
            hash = mix(hash ^ (long) LONG.get(buffer, i));
        }
        long rest = 0;
        for (; i < end; i++) {
            rest = (rest << 8) | (buffer[i] & 0xff);
        }
        return (int) mix(hash ^ rest);
    }

    private static long mix(long bits) {
        final long product = bits * 0x9e3779b97f4a7c15L;
        return product ^ product >>> 32;
    }

    private int add(int slot, int hash, byte[] buffer, int offset, int length) {
        final Binary value = make(buffer, offset, length);
        final long size = (long) length + value.length();
        if (entries >= MOST_ENTRIES || bytes + size > MOST_BYTES) {
            // Texts that come round and round would otherwise push each other out.
            missed++;
            unpooled = value;
            return NOT_POOLED;
        }
        final int begin = entries == 0 ? 0 : ends[entries - 1];
        if (entries == ends.length) {
            ends = Arrays.copyOf(ends, entries * 2);
            values = Arrays.copyOf(values, entries * 2);
        }
        if (begin + length > texts.length) {
            texts = Arrays.copyOf(texts, Math.max(begin + length, Math.min(texts.length * 2, MOST_BYTES)));
        }
        System.arraycopy(buffer, offset, texts, begin, length);
        ends[entries] = begin + length;
        values[entries] = value;
        slots[slot] = (long) hash << 32 | ++entries;
        bytes += size;
        if (entries > slots.length / 2 && slots.length < SLOTS) {
            grow();
        }
        return entries - 1;
    }

    private void clear() {
        Arrays.fill(slots, 0);
        Arrays.fill(values, null);
        entries = 0;
        bytes = 0;
        missed = 0;
        generation = new Object();
    }

    private void grow() {
        final long[] old = slots;
        slots = new long[old.length * 4];
        final int mask = slots.length - 1;
        for (final long entry : old) {
            if (entry != 0) {
                int slot = (int) (entry >>> 32) & mask;
                while (slots[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                slots[slot] = entry;
            }
        }
    }

    private Binary make(byte[] buffer, int offset, int length) {
        final byte[] text = Arrays.copyOfRange(buffer, offset, offset + length);
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
