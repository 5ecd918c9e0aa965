package org.usagestreams.connectors.sink;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Values in the format of PostgreSQL's {@code COPY … WITH (FORMAT binary)}, one after the other. The buffer grows to what is
 * written between two calls of {@link #reset}. Not thread-safe.
 */
final class BinaryCopy {
    /** What a stream begins with: signature, flags, length of the header's extension. */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /** Days from 1970 to 2000, with which PostgreSQL's dates begin. */
    private static final int EPOCH_DAYS = 10_957;

    private static final int NULL = -1;
    private static final int NEGATIVE = 0x4000;
    /** Decimal digits of one of PostgreSQL's digits, which have base 10,000. */
    private static final int GROUP = 4;

    private static final byte JSONB_VERSION = 1;

    private byte[] bytes = new byte[64 * 1024];
    private int size;

    void reset() {
        size = 0;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Begins a stream. */
    void header() {
        raw(HEADER, 0, HEADER.length);
    }

    /** Ends a stream. */
    void trailer() {
        int16(-1);
    }

    /** Begins a row. */
    void row(int fields) {
        int16(fields);
    }

    void nothing() {
        int32(NULL);
    }

    void bool(boolean value) {
        int32(1);
        reserve(1);
        bytes[size++] = (byte) (value ? 1 : 0);
    }

    void integer(int value) {
        int32(Integer.BYTES);
        int32(value);
    }

    void bigint(long value) {
        int32(Long.BYTES);
        int64(value);
    }

    /** A date as days since 1970. */
    void date(int epochDay) {
        integer(epochDay - EPOCH_DAYS);
    }

    void uuid(long high, long low) {
        int32(2 * Long.BYTES);
        int64(high);
        int64(low);
    }

    void text(char[] chars, int offset, int length) {
        final int start = begin();
        utf8(chars, offset, length);
        end(start);
    }

    void json(char[] chars, int offset, int length) {
        final int start = begin();
        reserve(1);
        bytes[size++] = JSONB_VERSION;
        utf8(chars, offset, length);
        end(start);
    }

    /** Copies fields from another buffer. */
    void fields(BinaryCopy other, int offset, int length) {
        raw(other.bytes, offset, length);
    }

    /**
     * A decimal number. Zeros behind the point count as digits that are shown, as with PostgreSQL's own reading.
     *
     * @throws NumberFormatException if the characters are not a number
     */
    void numeric(char[] chars, int offset, int length) {
        int at = offset;
        final int last = offset + length;
        final boolean negative = length > 0 && chars[at] == '-';
        if (negative) {
            at++;
        }
        final int integerStart = at;
        while (at < last && isDigit(chars[at])) {
            at++;
        }
        final int integers = at - integerStart;
        int fractionStart = at;
        if (at < last && chars[at] == '.') {
            fractionStart = ++at;
            while (at < last && isDigit(chars[at])) {
                at++;
            }
        }
        if (at < last || integers == 0) {
            // With an exponent, or no number at all.
            final char[] plain =
                    new BigDecimal(chars, offset, length).toPlainString().toCharArray();
            numeric(plain, 0, plain.length);
            return;
        }
        digits(chars, integerStart, integers, fractionStart, at - fractionStart, negative);
    }

    private void digits(
            char[] chars, int integerStart, int integers, int fractionStart, int fractions, boolean negative) {
        final int integerGroups = (integers + GROUP - 1) / GROUP;
        final int fractionGroups = (fractions + GROUP - 1) / GROUP;
        final int start = begin();
        reserve(4 * Short.BYTES + (integerGroups + fractionGroups) * Short.BYTES);
        final int head = size;
        size += 4 * Short.BYTES;
        int weight = integerGroups - 1;
        int count = 0;
        // Behind the last digit that is not 0.
        int significant = 0;
        for (int group = 0; group < integerGroups + fractionGroups; group++) {
            final int digit = group < integerGroups
                    ? integerGroup(chars, integerStart, integers, group - integerGroups)
                    : fractionGroup(chars, fractionStart, fractions, group - integerGroups);
            if (digit == 0 && count == 0) {
                weight--;
                continue;
            }
            int16(digit);
            count++;
            if (digit != 0) {
                significant = count;
            }
        }
        size = head + 4 * Short.BYTES + significant * Short.BYTES;
        final boolean zero = significant == 0;
        final ByteBuffer header = ByteBuffer.wrap(bytes, head, 4 * Short.BYTES);
        header.putShort((short) significant)
                .putShort((short) (zero ? 0 : weight))
                .putShort((short) (negative && !zero ? NEGATIVE : 0))
                .putShort((short) fractions);
        end(start);
    }

    /** A group of digits before the point; -1 is the last. */
    private static int integerGroup(char[] chars, int start, int length, int group) {
        final int end = start + length + (group + 1) * GROUP;
        int digit = 0;
        for (int i = Math.max(start, end - GROUP); i < end; i++) {
            digit = digit * 10 + (chars[i] - '0');
        }
        return digit;
    }

    /** A group of digits behind the point, the first is 0; filled up by zeros. */
    private static int fractionGroup(char[] chars, int start, int length, int group) {
        int digit = 0;
        for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
            digit = digit * 10 + (i < length ? chars[start + i] - '0' : 0);
        }
        return digit;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Leaves room for a length. */
    private int begin() {
        int32(0);
        return size;
    }

    private void end(int start) {
        ByteBuffer.wrap(bytes).putInt(start - Integer.BYTES, size - start);
    }

    /** Lone surrogates become question marks, as Java encodes them. */
    private void utf8(char[] chars, int offset, int length) {
        reserve(3 * length);
        final int last = offset + length;
        for (int i = offset; i < last; i++) {
            final char c = chars[i];
            if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xc0 | (c >> 6));
                bytes[size++] = (byte) (0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c) && i + 1 < last && Character.isLowSurrogate(chars[i + 1])) {
                final int point = Character.toCodePoint(c, chars[++i]);
                bytes[size++] = (byte) (0xf0 | (point >> 18));
                bytes[size++] = (byte) (0x80 | ((point >> 12) & 0x3f));
                bytes[size++] = (byte) (0x80 | ((point >> 6) & 0x3f));
                bytes[size++] = (byte) (0x80 | (point & 0x3f));
            } else if (Character.isSurrogate(c)) {
                bytes[size++] = '?';
            } else {
                bytes[size++] = (byte) (0xe0 | (c >> 12));
                bytes[size++] = (byte) (0x80 | ((c >> 6) & 0x3f));
                bytes[size++] = (byte) (0x80 | (c & 0x3f));
            }
        }
    }

    private void raw(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    private void int16(int value) {
        reserve(Short.BYTES);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
    }

    private void int32(int value) {
        reserve(Integer.BYTES);
        bytes[size++] = (byte) (value >> 24);
        bytes[size++] = (byte) (value >> 16);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
    }

    private void int64(long value) {
        int32((int) (value >> 32));
        int32((int) value);
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
