package org.usagestreams.splitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.Type;

/** The needed columns of a row group, as they are stored; {@link StoredColumn} makes pages of each. */
final class StoredPages implements PageReadStore {
    private final long rows;
    private final Map<ColumnDescriptor, StoredColumn> columns = new HashMap<>();

    private StoredPages(long rows) {
        this.rows = rows;
    }

    /** Reads the bytes of these leaves, whose places {@link ClaimedFigures} has checked. */
    static StoredPages read(
            SeekableInputStream stream,
            BlockMetaData rowGroup,
            List<ColumnDescriptor> leaves,
            CompressionCodecFactory codecs,
            ObjectBudget budget)
            throws IOException {
        final StoredPages pages = new StoredPages(rowGroup.getRowCount());
        for (final ColumnDescriptor leaf : leaves) {
            final ColumnChunkMetaData chunk = rowGroup.getColumns().stream()
                    .filter(column -> List.of(column.getPath().toArray()).equals(List.of(leaf.getPath())))
                    .findFirst()
                    .orElseThrow(() -> new ParquetDecodingException(
                            "it does not have the column " + String.join(".", leaf.getPath())));
            final byte[] stored = new byte[Math.toIntExact(chunk.getTotalSize())];
            stream.seek(chunk.getStartingPos());
            stream.readFully(stored);
            pages.columns.put(
                    leaf,
                    new StoredColumn(
                            leaf, chunk, ByteBuffer.wrap(stored), codecs.getDecompressor(chunk.getCodec()), budget));
        }
        return pages;
    }

    /** Bytes of text in the pages of a leaf, at least. */
    long leastText(ColumnDescriptor column) {
        return columns.get(column).leastText();
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        return columns.get(column);
    }

    /** The page of a field that was asked for last, as part of a place; empty if it has several leaves, or none was. */
    String pageOf(Type field) {
        final List<StoredColumn> ofField = columns.entrySet().stream()
                .filter(column -> column.getKey().getPath()[0].equals(field.getName()))
                .map(Map.Entry::getValue)
                .toList();
        return ofField.size() == 1 && ofField.get(0).number() >= 0
                ? ", page " + ofField.get(0).number()
                : "";
    }

    @Override
    public long getRowCount() {
        return rows;
    }

    @Override
    public Optional<Long> getRowIndexOffset() {
        return Optional.empty();
    }

    @Override
    public Optional<PrimitiveIterator.OfLong> getRowIndexes() {
        return Optional.empty();
    }

    @Override
    public void close() {
        columns.values().forEach(StoredColumn::close);
    }
}
