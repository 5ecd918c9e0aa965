package org.usagestreams.splitter;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Checks the claims of a footer before it is parsed, because parsing allocates memory for each list and text that it announces. The footer
 * is one struct in Thrift's compact protocol; it is walked through, and nothing of it is kept. The memory that its parts need is counted in
 * the budget.
 */
final class FooterClaims {
    /** What a struct and its fields take, in Thrift's classes and in Parquet's. */
    private static final int STRUCT_BYTES = 256;

    /** What a text takes besides its bytes. */
    private static final int TEXT_BYTES = 64;

    private static final int ELEMENT_BYTES = 8;
    private static final int DEEPEST = 64;

    // Types of the compact protocol.
    private static final int STOP = 0;
    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int I16 = 4;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int STRUCT = 12;

    /** The size of a list that does not fit into four bits follows. */
    private static final int LONG_LIST = 15;

    private final ByteBuffer footer;
    private final ObjectBudget budget;

    FooterClaims(ByteBuffer footer, ObjectBudget budget) {
        this.footer = footer;
        this.budget = budget;
    }

    /**
     * Walks through the footer. Where it is damaged, parsing it ends at the same place, and says so.
     *
     * @throws ParquetDecodingException if it claims more than its bytes can hold
     * @throws ObjectBudget.OverBudgetException where its parts take more memory than is left
     */
    void check() {
        try {
            struct(0);
        } catch (BufferUnderflowException e) {
            throw new ParquetDecodingException("its footer ends within a field", e);
        }
    }

    /** False where nothing behind it can be told. */
    private boolean struct(int depth) {
        budget.hold(STRUCT_BYTES);
        while (true) {
            final int head = footer.get();
            final int type = head & 0x0f;
            if (type == STOP) {
                return true;
            }
            if ((head & 0xf0) == 0) {
                // The field's number, where it is not the difference to the one before.
                number();
            }
            final boolean known = type == TRUE || type == FALSE || value(type, depth);
            if (!known) {
                return false;
            }
        }
    }

    private boolean value(int type, int depth) {
        switch (type) {
            case TRUE, FALSE, BYTE -> footer.get();
            case I16, I32, I64 -> number();
            case DOUBLE -> footer.getDouble();
            case BINARY -> {
                final long length = claimed("text of", number(), "bytes");
                budget.hold(TEXT_BYTES + length);
                footer.position(footer.position() + (int) length);
            }
            case LIST, SET -> {
                return list(depth);
            }
            case STRUCT -> {
                deeper(depth);
                return struct(depth + 1);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean list(int depth) {
        final int head = footer.get();
        final int type = head & 0x0f;
        final int few = (head & 0xf0) >>> 4;
        final long size = claimed("list of", few == LONG_LIST ? number() : few, "elements");
        budget.hold(TEXT_BYTES + ELEMENT_BYTES * size);
        deeper(depth);
        for (long i = 0; i < size; i++) {
            if (!value(type, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static void deeper(int depth) {
        if (depth >= DEEPEST) {
            throw new ParquetDecodingException("its footer nests too deeply");
        }
    }

    /** Every element and every byte of a text takes a byte at least. */
    private long claimed(String what, long count, String unit) {
        if (count < 0 || count > footer.remaining()) {
            throw new ParquetDecodingException("its footer claims a " + what + " " + Long.toUnsignedString(count) + " "
                    + unit + " in " + footer.remaining() + " bytes");
        }
        return count;
    }

    /** A number of 7 bits in each byte. */
    private long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            final byte next = footer.get();
            value |= shift < Long.SIZE ? (next & 0x7fL) << shift : 0;
            if (next >= 0) {
                return value;
            }
        }
    }
}
