package org.usagestreams.splitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Checks the claims of a page's bytes before they are decoded, because Parquet's decoders allocate memory for as many values as a run or a
 * block claims. Only prefix lengths are decoded here; the time is proportional to the number of runs and blocks.
 */
final class PageClaims {
    /** An id or level of a packed run, as it is unpacked, and its bytes before. */
    private static final int PACKED_BYTES = 8;

    /** Packed values behind the last one that are believed; DuckDB writes up to 256. */
    private static final int FILLED_UP = 4_096;

    private final DataPage page;
    private final ObjectBudget budget;
    private long bytes;

    private PageClaims(DataPage page, ObjectBudget budget) {
        this.page = page;
        this.budget = budget;
    }

    /**
     * Checks a page.
     *
     * @return bytes that decoding it takes besides its own
     * @throws ParquetDecodingException if it claims what it cannot have
     * @throws ObjectBudget.OverBudgetException where that is more than is left
     */
    static long bytes(DataPage page, ColumnDescriptor column, ObjectBudget budget) {
        if (page.getValueCount() < 0) {
            throw new ParquetDecodingException("a page claims " + page.getValueCount() + " values");
        }
        final PageClaims claims = new PageClaims(page, budget);
        try {
            if (page instanceof DataPageV1 first) {
                final ByteBuffer buffer = buffer(first.getBytes());
                claims.levels(buffer, first.getRlEncoding(), column.getMaxRepetitionLevel());
                claims.levels(buffer, first.getDlEncoding(), column.getMaxDefinitionLevel());
                claims.values(buffer, first.getValueEncoding());
            } else if (page instanceof DataPageV2 second) {
                claims.runs(buffer(second.getRepetitionLevels()), width(column.getMaxRepetitionLevel()));
                claims.runs(buffer(second.getDefinitionLevels()), width(column.getMaxDefinitionLevel()));
                claims.values(buffer(second.getData()), second.getDataEncoding());
            }
        } catch (IOException e) {
            throw new ParquetDecodingException(e.getMessage(), e);
        }
        budget.require(claims.bytes);
        return claims.bytes;
    }

    private static ByteBuffer buffer(BytesInput input) throws IOException {
        final ByteBufferInputStream in = input.toInputStream();
        return in.slice(in.available()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int width(int greatest) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(greatest);
    }

    private void levels(ByteBuffer buffer, Encoding encoding, int greatest) {
        if (greatest == 0) {
            return;
        }
        if (encoding == Encoding.RLE) {
            runs(part(buffer, buffer.getInt()), width(greatest));
        } else {
            final long bits = (long) page.getValueCount() * width(greatest);
            part(buffer, (bits + Byte.SIZE - 1) / Byte.SIZE);
        }
    }

    @SuppressWarnings("deprecation") // The first version's name of the encoding by dictionary.
    private void values(ByteBuffer buffer, Encoding encoding) throws IOException {
        if (!buffer.hasRemaining()) {
            return;
        }
        switch (encoding) {
            case PLAIN_DICTIONARY, RLE_DICTIONARY -> runs(buffer, buffer.get());
            case RLE -> runs(part(buffer, buffer.getInt()), 1);
            case BYTE_STREAM_SPLIT -> bytes += buffer.remaining();
            case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY -> block(buffer);
            case DELTA_BYTE_ARRAY -> {
                final ByteBuffer prefixes = buffer.slice();
                final int count = block(buffer);
                final ByteBuffer suffixes = buffer.slice();
                if (block(buffer) != count) {
                    throw new ParquetDecodingException("a page has prefixes and suffixes of different numbers");
                }
                budget.require(2 * bytes);
                lengths(count, prefixes, suffixes);
            }
            default -> {}
        }
    }

    /** The next bytes of a buffer. */
    private static ByteBuffer part(ByteBuffer buffer, long length) {
        if (length < 0 || length > buffer.remaining()) {
            throw new ParquetDecodingException("a page has " + buffer.remaining() + " bytes where it claims " + length);
        }
        final ByteBuffer part = buffer.slice(buffer.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(buffer.position() + (int) length);
        return part;
    }

    /** Runs of equal values, or of packed ones. */
    private void runs(ByteBuffer buffer, int width) {
        if (width < 0 || width > Integer.SIZE) {
            throw new ParquetDecodingException("a page claims values of " + width + " bits");
        }
        long left = page.getValueCount();
        long longest = 0;
        while (left > 0 && buffer.hasRemaining()) {
            final long header = unsigned(buffer);
            long count = header >>> 1;
            long skipped = (width + Byte.SIZE - 1L) / Byte.SIZE;
            if ((header & 1) != 0) {
                skipped = count * width;
                count *= Byte.SIZE;
                // Some writers fill the last groups up. More is believed only where the bytes are there.
                if (count > left + FILLED_UP && (width == 0 || skipped > buffer.remaining())) {
                    throw tooMany(count);
                }
                longest = Math.max(longest, count);
            }
            left -= count;
            buffer.position(buffer.position() + (int) Math.min(skipped, buffer.remaining()));
        }
        bytes += longest * PACKED_BYTES;
    }

    private ParquetDecodingException tooMany(long count) {
        return new ParquetDecodingException(
                "a page of " + page.getValueCount() + " values claims " + count + " at once");
    }

    /** Differences in blocks; how many values they give. */
    private int block(ByteBuffer buffer) {
        final long blockSize = unsigned(buffer);
        final long parts = unsigned(buffer);
        final long count = unsigned(buffer);
        skipNumber(buffer);
        if (count > page.getValueCount()) {
            throw tooMany(count);
        }
        if (parts == 0
                || parts > blockSize
                || blockSize > Integer.MAX_VALUE
                || (count > 1 && parts > buffer.remaining())) {
            throw new ParquetDecodingException(
                    "a page claims blocks of " + blockSize + " values in " + parts + " parts");
        }
        final long partSize = blockSize / parts;
        bytes += Long.BYTES * ((count + partSize - 1) / partSize * partSize + 1) + Integer.BYTES * parts;
        for (long left = count - 1; left > 0; ) {
            skipNumber(buffer);
            final ByteBuffer widths = part(buffer, parts);
            for (; widths.hasRemaining() && left > 0; left -= partSize) {
                part(buffer, Math.min(buffer.remaining(), widths.get() * partSize / Byte.SIZE));
            }
        }
        return (int) count;
    }

    /** Each value begins as the one before it; a prefix that is longer than that would still get its room. */
    private static void lengths(int count, ByteBuffer prefixes, ByteBuffer suffixes) throws IOException {
        final DeltaBinaryPackingValuesReader prefix = new DeltaBinaryPackingValuesReader();
        prefix.initFromPage(count, ByteBufferInputStream.wrap(prefixes));
        final DeltaBinaryPackingValuesReader suffix = new DeltaBinaryPackingValuesReader();
        suffix.initFromPage(count, ByteBufferInputStream.wrap(suffixes));
        long length = 0;
        for (int i = 0; i < count; i++) {
            final int common = prefix.readInteger();
            final int rest = suffix.readInteger();
            if (common < 0 || common > length || rest < 0) {
                throw new ParquetDecodingException("a value shares " + common + " bytes with one of " + length);
            }
            length = (long) common + rest;
        }
    }

    private static void skipNumber(ByteBuffer buffer) {
        byte next;
        do {
            // Each byte but the last has its highest bit set.
            next = buffer.get();
        } while (next < 0);
    }

    /** An unsigned number of 32 bits, 7 in each byte. */
    private static long unsigned(ByteBuffer buffer) {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE + 3; shift += 7) {
            final byte next = buffer.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value & 0xffff_ffffL;
            }
        }
        throw new ParquetDecodingException("a page has a number of more than 32 bits");
    }
}
