package org.usagestreams.intake;

import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.column.values.factory.DefaultValuesWriterFactory;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.column.values.fallback.FallbackValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Writes a column of texts by a dictionary, as Parquet's own writer does, whose result it has. A {@link TextPool} gives equal texts as
 * one object, so most are known by their identity, without a look at their bytes. Not thread-safe.
 */
final class PooledTextWriter extends PlainBinaryDictionaryValuesWriter {
    private static final int FEWEST_SLOTS = 64;
    private static final int MOST_SLOTS = 1 << 16;

    /** A reference and an id. */
    private static final long BYTES_OF_A_SLOT = 8;

    /** Slots that are looked at for a text. */
    private static final int PROBES = 8;

    /** Texts of the dictionary, each in the slot of its identity or soon behind; where these are taken, the last gives way. */
    private Binary[] known = new Binary[FEWEST_SLOTS];

    private int[] ids = new int[FEWEST_SLOTS];

    /** With the encodings of Parquet's own writer, which those of its newer pages replace. */
    @SuppressWarnings("deprecation")
    PooledTextWriter(int dictionaryBytes, ByteBufferAllocator allocator) {
        super(dictionaryBytes, Encoding.PLAIN_DICTIONARY, Encoding.PLAIN_DICTIONARY, allocator);
    }

    /** Gives this writer to columns of texts, and Parquet's own to others. */
    static final class Factory implements ValuesWriterFactory {
        private final ValuesWriterFactory others = new DefaultValuesWriterFactory();
        private ParquetProperties properties;

        @Override
        public void initialize(ParquetProperties given) {
            properties = given;
            others.initialize(given);
        }

        @Override
        public ValuesWriter newValuesWriter(ColumnDescriptor column) {
            if (column.getPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BINARY) {
                return others.newValuesWriter(column);
            }
            return FallbackValuesWriter.of(
                    new PooledTextWriter(properties.getDictionaryPageSizeThreshold(), properties.getAllocator()),
                    new PlainValuesWriter(
                            properties.getInitialSlabSize(),
                            properties.getPageSizeThreshold(),
                            properties.getAllocator()));
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Equal texts of another identity are found by super.
    public void writeBytes(Binary text) {
        final int hash = System.identityHashCode(text);
        int slot = hash & known.length - 1;
        for (int probe = 1; known[slot] != null; probe++) {
            if (known[slot] == text) {
                encodedValues.add(ids[slot]);
                return;
            }
            if (probe == PROBES) {
                break;
            }
            slot = slot + 1 & known.length - 1;
        }
        super.writeBytes(text);
        if (getDictionarySize() > known.length / 2 && known.length < MOST_SLOTS) {
            known = new Binary[known.length * 4];
            ids = new int[known.length];
            slot = hash & known.length - 1;
        }
        known[slot] = text;
        ids[slot] = binaryDictionaryContent.getInt(text);
    }

    @Override
    public long getAllocatedSize() {
        return super.getAllocatedSize() + known.length * BYTES_OF_A_SLOT;
    }

    @Override
    protected void clearDictionaryContent() {
        super.clearDictionaryContent();
        known = new Binary[FEWEST_SLOTS];
        ids = new int[FEWEST_SLOTS];
    }
}
