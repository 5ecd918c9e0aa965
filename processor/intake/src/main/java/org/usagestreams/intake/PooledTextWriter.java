package org.usagestreams.intake;

import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.io.api.Binary;

/**
 * Writes a column of texts by a dictionary while that is smaller, as Parquet's own writer does, whose result it has. A text in a
 * {@link TextPool} is known by its number, without a look at its bytes. Not thread-safe.
 */
final class PooledTextWriter extends ValuesWriter {
    private static final int BYTES_OF_A_LENGTH = 4;

    private final Dictionary dictionary;
    private final PlainValuesWriter plain;
    private ValuesWriter current;
    private boolean firstPage = true;
    private boolean dictionaryUsed;

    /** Bytes of the page's texts without a dictionary. */
    private long rawBytes;

    private Object pool;

    /** By number in the pool: the number in the dictionary plus one, and the raw bytes; 0 where a text is not in the dictionary. */
    private long[] known = {};

    PooledTextWriter(int dictionaryBytes, int slabBytes, int pageBytes, ByteBufferAllocator allocator) {
        dictionary = new Dictionary(dictionaryBytes, allocator);
        plain = new PlainValuesWriter(slabBytes, pageBytes, allocator);
        current = dictionary;
    }

    /** The numbers that follow are those of a pool: see {@link TextPool#begin}. */
    @SuppressWarnings("ReferenceEquality") // It has nothing but an identity.
    void use(Object pool) {
        if (this.pool != pool) {
            this.pool = pool;
            Arrays.fill(known, 0);
        }
    }

    /**
     * Writes a text.
     *
     * @param number in the pool
     */
    void write(Binary text, int number) {
        if (current == dictionary && number != TextPool.NOT_POOLED && number < known.length) {
            final long entry = known[number];
            if (entry != 0) {
                dictionary.repeat((int) (entry >>> Integer.SIZE) - 1);
                rawBytes += (int) entry;
                return;
            }
        }
        final int bytes = text.length() + BYTES_OF_A_LENGTH;
        rawBytes += bytes;
        if (current == plain) {
            plain.writeBytes(text);
            return;
        }
        final int added = dictionary.add(text);
        if (dictionary.shouldFallBack()) {
            fallBack();
        } else if (number != TextPool.NOT_POOLED) {
            if (number >= known.length) {
                known = Arrays.copyOf(known, Integer.highestOneBit(number + 1) * 2);
            }
            known[number] = (long) (added + 1) << Integer.SIZE | bytes;
        }
    }

    @Override
    public void writeBytes(Binary text) {
        write(text, TextPool.NOT_POOLED);
    }

    private void fallBack() {
        dictionary.fallBackAllValuesTo(plain);
        current = plain;
        known = new long[0];
    }

    /** What the page would have without a dictionary, so that it does not get too large where there is no longer one. */
    @Override
    public long getBufferedSize() {
        return rawBytes;
    }

    @Override
    public BytesInput getBytes() {
        if (firstPage && current == dictionary) {
            final BytesInput bytes = dictionary.getBytes();
            if (dictionary.isCompressionSatisfying(rawBytes, bytes.size())) {
                return bytes;
            }
            fallBack();
        }
        return current.getBytes();
    }

    @Override
    public Encoding getEncoding() {
        dictionaryUsed |= current == dictionary;
        return current.getEncoding();
    }

    @Override
    public void reset() {
        rawBytes = 0;
        firstPage = false;
        dictionary.reset();
        plain.reset();
    }

    @Override
    public void close() {
        dictionary.close();
        plain.close();
    }

    @Override
    public DictionaryPage toDictPageAndClose() {
        return dictionaryUsed ? dictionary.toDictPageAndClose() : null;
    }

    @Override
    public long getAllocatedSize() {
        return dictionary.getAllocatedSize() + plain.getAllocatedSize() + (long) known.length * Long.BYTES;
    }

    @Override
    public String memUsageString(String prefix) {
        return current.memUsageString(prefix);
    }

    private static final class Dictionary extends PlainBinaryDictionaryValuesWriter {
        /** With the encodings of Parquet's own writer, which those of its newer pages replace. */
        @SuppressWarnings("deprecation")
        Dictionary(int mostBytes, ByteBufferAllocator allocator) {
            super(mostBytes, Encoding.PLAIN_DICTIONARY, Encoding.PLAIN_DICTIONARY, allocator);
        }

        /** Does what {@link #writeBytes} does, and returns the text's number. */
        int add(Binary text) {
            int number = binaryDictionaryContent.getInt(text);
            if (number < 0) {
                number = binaryDictionaryContent.size();
                binaryDictionaryContent.put(text.copy(), number);
                dictionaryByteSize += text.length() + BYTES_OF_A_LENGTH;
            }
            encodedValues.add(number);
            return number;
        }

        void repeat(int number) {
            encodedValues.add(number);
        }
    }
}
