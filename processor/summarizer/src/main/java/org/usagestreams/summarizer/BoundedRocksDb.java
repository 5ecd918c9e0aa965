package org.usagestreams.summarizer;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the memory of all state stores of a process together: one block cache, of which write buffers, indexes and filters take their
 * share. Streams creates one instance per store, so the shared parts are static.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    /** Name of the property that holds the bytes. */
    public static final String BYTES = "usage.rocksdb.bytes";

    private static final int MEMTABLE_BYTES = 4 << 20;

    /** Made once a process, and never closed: stores come and go with their tasks. */
    private static Shared shared;

    private record Shared(Cache cache, WriteBufferManager writeBuffers) {}

    private static synchronized Shared shared(long bytes) {
        if (shared == null) {
            final Cache cache = new LRUCache(bytes, -1, false, 0.1);
            shared = new Shared(cache, new WriteBufferManager(bytes / 2, cache));
        }
        return shared;
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        final Shared memory = shared(Long.parseLong(String.valueOf(configs.get(BYTES))));
        final BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache());
        table.setCacheIndexAndFilterBlocks(true);
        options.setWriteBufferManager(memory.writeBuffers());
        options.setWriteBufferSize(MEMTABLE_BYTES);
        options.setMaxWriteBufferNumber(2);
        options.setTableFormatConfig(table);
    }

    @Override
    public void close(String storeName, Options options) {}
}
