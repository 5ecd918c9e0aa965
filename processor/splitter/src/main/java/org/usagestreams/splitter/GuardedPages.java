package org.usagestreams.splitter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.Type;

/**
 * A row group's pages, which are refused where those that have to be held at once, one of each column and the dictionaries, become
 * too large, or where a dictionary claims more entries than it has bytes.
 */
final class GuardedPages implements PageReadStore {
    /** What an entry of a dictionary takes in memory besides its bytes. */
    private static final long ENTRY_BYTES = 48;

    private final PageReadStore pages;
    private final long limit;
    private final Map<ColumnDescriptor, Guarded> readers = new HashMap<>();
    private long held;

    GuardedPages(PageReadStore pages, long limit) {
        this.pages = pages;
        this.limit = limit;
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        return readers.computeIfAbsent(column, c -> new Guarded(pages.getPageReader(c)));
    }

    /** The page of a field that was asked for last, as part of a place; empty where it has several leaves, or none was. */
    String pageOf(Type field) {
        final List<Guarded> ofField = readers.entrySet().stream()
                .filter(reader -> reader.getKey().getPath()[0].equals(field.getName()))
                .map(Map.Entry::getValue)
                .toList();
        return ofField.size() == 1 && ofField.get(0).number >= 0 ? ", page " + ofField.get(0).number : "";
    }

    @Override
    public long getRowCount() {
        return pages.getRowCount();
    }

    @Override
    public Optional<Long> getRowIndexOffset() {
        return pages.getRowIndexOffset();
    }

    @Override
    public Optional<PrimitiveIterator.OfLong> getRowIndexes() {
        return pages.getRowIndexes();
    }

    private void hold(long more, long less) {
        held += more - less;
        if (held > limit) {
            throw new ParquetDecodingException("pages and dictionaries of " + held
                    + " bytes would have to be held at once, over the limit of " + limit
                    + " (setting splitter.pages.bytes)");
        }
    }

    private final class Guarded implements PageReader {
        private final PageReader reader;
        private long page;

        /** Of the data page that was asked for last, counted from 0. */
        private int number = -1;

        Guarded(PageReader reader) {
            this.reader = reader;
        }

        @Override
        public DictionaryPage readDictionaryPage() {
            final DictionaryPage dictionary = reader.readDictionaryPage();
            if (dictionary != null) {
                if (dictionary.getDictionarySize() < 0
                        || dictionary.getDictionarySize() > dictionary.getUncompressedSize()) {
                    throw new ParquetDecodingException("a dictionary of " + dictionary.getUncompressedSize()
                            + " bytes claims " + dictionary.getDictionarySize() + " entries");
                }
                hold(dictionary.getUncompressedSize() + ENTRY_BYTES * dictionary.getDictionarySize(), 0);
            }
            return dictionary;
        }

        @Override
        public long getTotalValueCount() {
            return reader.getTotalValueCount();
        }

        @Override
        public DataPage readPage() {
            number++;
            final DataPage next = reader.readPage();
            final long size = next == null ? 0 : next.getUncompressedSize();
            hold(size, page);
            page = size;
            return next;
        }
    }
}
