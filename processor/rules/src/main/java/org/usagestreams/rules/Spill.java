package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the data that does not fit in memory while one day is summarised, until it is closed. Used by one thread.
 *
 * <p>All methods throw {@link java.io.UncheckedIOException} if bytes cannot be kept or read back.
 */
public interface Spill extends AutoCloseable {
    /**
     * Keeps bytes.
     *
     * @return where, for {@link #get}
     */
    long add(byte[] bytes);

    /** The bytes that were kept at that place. */
    byte[] get(long place);

    /** How much room it takes so far, in bytes. */
    long size();

    @Override
    void close();

    /** Keeps everything in memory: for tests, and for days that are known to be small. */
    static Spill inMemory() {
        final List<byte[]> kept = new ArrayList<>();
        return new Spill() {
            private long size;

            @Override
            public long add(byte[] bytes) {
                kept.add(bytes);
                size += bytes.length;
                return kept.size() - 1L;
            }

            @Override
            public byte[] get(long place) {
                return kept.get((int) place);
            }

            @Override
            public long size() {
                return size;
            }

            @Override
            public void close() {
                kept.clear();
            }
        };
    }
}
