package org.usagestreams.wire.chunk;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Dictionary codes as bytes: little-endian, of the least width (1, 2 or 4) that holds the greatest code. */
final class Codes {
    private Codes() {}

    static ByteString pack(int[] codes, int greatest) {
        final int width = greatest < 1 << 8 ? 1 : greatest < 1 << 16 ? 2 : 4;
        final byte[] bytes = new byte[Math.multiplyExact(codes.length, width)];
        final ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (width) {
            case 1 -> {
                for (int i = 0; i < codes.length; i++) {
                    bytes[i] = (byte) codes[i];
                }
            }
            case 2 -> {
                for (final int code : codes) {
                    out.putShort((short) code);
                }
            }
            default -> out.asIntBuffer().put(codes);
        }
        return ByteString.copyFrom(bytes);
    }

    /** Throws where a code is {@code limit} or more, so that readers need not check. */
    static int[] unpack(ByteString packed, int rows, int limit, String column) {
        final int[] codes = new int[rows];
        if (rows == 0) {
            return codes;
        }
        final int width = widthOf(packed, rows, column);
        final ByteBuffer in = packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int all = 0;
        int greatest = 0;
        for (int i = 0; i < rows; i++) {
            final int code = at(in, width, i);
            codes[i] = code;
            all |= code;
            greatest = Math.max(greatest, code);
        }
        if (all < 0 || greatest >= limit) {
            throw outside(column, limit);
        }
        return codes;
    }

    /** The values that codes stand for. Throws where a code stands for none. */
    static double[] valuesOf(ByteString packed, int rows, double[] values, String column) {
        final double[] found = new double[rows];
        if (rows == 0) {
            return found;
        }
        final int width = widthOf(packed, rows, column);
        final ByteBuffer in = packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows; i++) {
            final int code = at(in, width, i);
            if (code < 0 || code >= values.length) {
                throw outside(column, values.length);
            }
            found[i] = values[code];
        }
        return found;
    }

    private static int widthOf(ByteString packed, int rows, String column) {
        final int width = packed.size() / rows;
        if (packed.size() % rows != 0 || (width != 1 && width != 2 && width != 4)) {
            throw new MalformedChunkException(
                    "column " + column + " has " + packed.size() + " bytes of codes for " + rows + " rows");
        }
        return width;
    }

    private static int at(ByteBuffer codes, int width, int place) {
        return switch (width) {
            case 1 -> codes.get(place) & 0xff;
            case 2 -> codes.getShort(2 * place) & 0xffff;
            default -> codes.getInt(4 * place);
        };
    }

    private static MalformedChunkException outside(String column, int limit) {
        return new MalformedChunkException("column " + column + " has a code outside its dictionary of " + limit);
    }
}
