package org.usagestreams.splitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of a row group's column, made of its stored bytes one at a time: Parquet's own reader makes all pages of a row group at
 * once, and a page takes more memory than the few bytes that one without values is stored in. A page counts in the budget until the
 * next one is asked for, a dictionary until the column is closed.
 */
final class StoredColumn implements PageReader {
    private static final Logger LOG = LoggerFactory.getLogger(StoredColumn.class);

    /** What levels of a page take at most before its values: so much for each value, and so much once. */
    private static final long LEVEL_BYTES = 2;

    private static final long LEVELS_BYTES = 64;

    /** What an entry of a dictionary takes in memory besides its bytes. */
    private static final long ENTRY_BYTES = 48;

    private final ColumnDescriptor column;
    private final long values;
    private final ByteBuffer stored;
    private final BytesInputDecompressor codec;
    private final ObjectBudget budget;
    private long read;
    private long pageBytes;
    private long dictionaryBytes;

    /** Of the data page that was asked for last, counted from 0. */
    private int number = -1;

    /**
     * A column of which nothing has been read yet.
     *
     * @param stored its bytes
     */
    StoredColumn(
            ColumnDescriptor column,
            ColumnChunkMetaData chunk,
            ByteBuffer stored,
            BytesInputDecompressor codec,
            ObjectBudget budget) {
        this.column = column;
        this.stored = stored;
        this.codec = codec;
        this.budget = budget;
        values = chunk.getValueCount();
    }

    /** The number of the data page that was asked for last; -1 if none was. */
    int number() {
        return number;
    }

    /**
     * Bytes of text in its pages, at least. What headers say of plain pages is the length that their values are unpacked to. Other encodings
     * repeat texts, so that headers say nothing of them.
     *
     * @return 0 where the column has no text, or a page is damaged, which is told when it is read
     */
    long leastText() {
        if (column.getPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BINARY) {
            return 0;
        }
        final ByteBuffer rest = stored.duplicate();
        long bytes = 0;
        try {
            for (long left = values; rest.hasRemaining() && left > 0; ) {
                final PageHeader header = header(rest);
                part(rest, header.getCompressed_page_size());
                final long count = values(header);
                bytes += count == 0 ? 0 : Math.max(0, leastText(header));
                left -= count;
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("a page is damaged, which is told when it is read", e);
            return 0;
        }
        return bytes;
    }

    private static int values(PageHeader header) {
        return switch (header.getType()) {
            case DATA_PAGE -> header.getData_page_header().getNum_values();
            case DATA_PAGE_V2 -> header.getData_page_header_v2().getNum_values();
            default -> 0;
        };
    }

    private long leastText(PageHeader header) {
        if (header.getType() == PageType.DATA_PAGE) {
            final DataPageHeader data = header.getData_page_header();
            final int levels =
                    (column.getMaxRepetitionLevel() > 0 ? 1 : 0) + (column.getMaxDefinitionLevel() > 0 ? 1 : 0);
            return leastText(
                    data.getEncoding(),
                    header.getUncompressed_page_size() - levels * LEVELS_BYTES,
                    (Integer.BYTES + levels * LEVEL_BYTES) * data.getNum_values());
        }
        final DataPageHeaderV2 data = header.getData_page_header_v2();
        return leastText(
                data.getEncoding(),
                (long) header.getUncompressed_page_size()
                        - data.getRepetition_levels_byte_length()
                        - data.getDefinition_levels_byte_length(),
                (long) Integer.BYTES * data.getNum_values());
    }

    /** Each value stands behind its length. */
    private static long leastText(org.apache.parquet.format.Encoding encoding, long bytes, long besides) {
        return encoding == org.apache.parquet.format.Encoding.PLAIN ? bytes - besides : 0;
    }

    /** Gives back what it holds in the budget. */
    void close() {
        budget.release(pageBytes + dictionaryBytes);
        pageBytes = 0;
        dictionaryBytes = 0;
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    /** Stands before all data pages, where there is one. */
    @Override
    public DictionaryPage readDictionaryPage() {
        try {
            stored.mark();
            final PageHeader header = header(stored);
            if (header.getType() != PageType.DICTIONARY_PAGE) {
                stored.reset();
                return null;
            }
            final int entries = header.getDictionary_page_header().getNum_values();
            final int size = header.getUncompressed_page_size();
            if (entries < 0 || entries > size) {
                throw new ParquetDecodingException("a dictionary of " + size + " bytes claims " + entries + " entries");
            }
            final BytesInput bytes = codec.decompress(BytesInput.from(body(header)), size);
            dictionaryBytes = size + ENTRY_BYTES * entries;
            budget.hold(dictionaryBytes);
            return new DictionaryPage(
                    bytes,
                    size,
                    entries,
                    encoding(header.getDictionary_page_header().getEncoding()));
        } catch (IOException e) {
            throw new ParquetDecodingException(e.getMessage(), e);
        }
    }

    @Override
    public DataPage readPage() {
        number++;
        try {
            while (stored.hasRemaining() && read < values) {
                final PageHeader header = header(stored);
                final ByteBuffer body = body(header);
                if (values(header) != 0) {
                    return page(header, body);
                }
            }
        } catch (IOException e) {
            throw new ParquetDecodingException(e.getMessage(), e);
        }
        throw new ParquetDecodingException("its pages have " + read + " of " + values + " values");
    }

    private DataPage page(PageHeader header, ByteBuffer body) throws IOException {
        // The codec asks the budget for room.
        final DataPage page = header.getType() == PageType.DATA_PAGE
                ? first(header, header.getData_page_header(), body)
                : second(header, header.getData_page_header_v2(), body);
        if (page.getValueCount() < 0 || page.getValueCount() > values - read) {
            throw new ParquetDecodingException(
                    "a page claims " + page.getValueCount() + " of " + (values - read) + " values that are left");
        }
        read += page.getValueCount();
        final long size = header.getUncompressed_page_size() + PageClaims.bytes(page, column, budget);
        budget.hold(size);
        budget.release(pageBytes);
        pageBytes = size;
        return page;
    }

    private DataPage first(PageHeader header, DataPageHeader data, ByteBuffer body) throws IOException {
        final int size = header.getUncompressed_page_size();
        return new DataPageV1(
                codec.decompress(BytesInput.from(body), size),
                data.getNum_values(),
                size,
                null,
                encoding(data.getRepetition_level_encoding()),
                encoding(data.getDefinition_level_encoding()),
                encoding(data.getEncoding()));
    }

    /** Levels stand before the values, uncompressed. */
    private DataPage second(PageHeader header, DataPageHeaderV2 data, ByteBuffer bytes) throws IOException {
        final int size = header.getUncompressed_page_size();
        final ByteBuffer repetition = part(bytes, data.getRepetition_levels_byte_length());
        final ByteBuffer definition = part(bytes, data.getDefinition_levels_byte_length());
        final BytesInput rest = BytesInput.from(bytes.slice());
        final boolean compressed = (!data.isSetIs_compressed() || data.isIs_compressed()) && bytes.hasRemaining();
        return new DataPageV2(
                data.getNum_rows(),
                data.getNum_nulls(),
                data.getNum_values(),
                BytesInput.from(repetition),
                BytesInput.from(definition),
                encoding(data.getEncoding()),
                compressed ? codec.decompress(rest, size - repetition.remaining() - definition.remaining()) : rest,
                size,
                null,
                false);
    }

    private static PageHeader header(ByteBuffer from) throws IOException {
        final ByteBufferInputStream in = ByteBufferInputStream.wrap(from.slice());
        final PageHeader header = Util.readPageHeader(in);
        from.position(from.position() + (int) in.position());
        if (header.getUncompressed_page_size() < 0) {
            throw new ParquetDecodingException("a page claims " + header.getUncompressed_page_size() + " bytes");
        }
        return header;
    }

    private ByteBuffer body(PageHeader header) {
        final ByteBuffer bytes = part(stored, header.getCompressed_page_size());
        if (header.isSetCrc()) {
            final CRC32 checksum = new CRC32();
            checksum.update(bytes.duplicate());
            if ((int) checksum.getValue() != header.getCrc()) {
                throw new ParquetDecodingException("its bytes do not match the checksum in its header");
            }
        }
        return bytes;
    }

    private static ByteBuffer part(ByteBuffer bytes, int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new ParquetDecodingException(
                    "a page claims " + length + " of " + bytes.remaining() + " stored bytes");
        }
        final ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
        return Encoding.valueOf(encoding.name());
    }
}
