package org.usagestreams.summarizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FastDecompressor;
import org.usagestreams.rules.DayOverBudgetException;
import org.usagestreams.rules.Spill;

/**
 * A temporary file for a day that does not fit in memory; compressed. Its name is removed as soon as it is open, so it disappears with the
 * process, however that ends. Used by one stream thread.
 */
final class FileSpill implements Spill {
    private static final int BUFFER = 256 << 10;

    /** Lengths of a piece before and after compression. */
    private static final int HEADER = 2 * Integer.BYTES;

    private static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
    private static final LZ4FastDecompressor DECOMPRESSOR =
            LZ4Factory.fastestInstance().fastDecompressor();

    private final Path folder;
    private final FileChannel file;
    private final ByteBuffer written = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private byte[] compressed = new byte[0];
    private long flushed;

    private FileSpill(Path folder, FileChannel file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * An empty one.
     *
     * @throws DayOverBudgetException if the folder takes no file
     */
    static FileSpill in(Path folder) {
        try {
            Files.createDirectories(folder);
            final Path path = Files.createTempFile(folder, "spill-", ".tmp");
            final FileChannel file = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            Files.deleteIfExists(path);
            return new FileSpill(folder, file);
        } catch (IOException e) {
            throw DayOverBudgetException.ofSpill(reason("make a temporary file", folder, e));
        }
    }

    private static String reason(String what, Path folder, IOException e) {
        return "Cannot " + what + " in " + folder + ": " + e.getMessage();
    }

    @Override
    public long add(byte[] bytes) {
        final int bound = COMPRESSOR.maxCompressedLength(bytes.length);
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        final int length = COMPRESSOR.compress(bytes, 0, bytes.length, compressed, 0, bound);
        final long place = size();
        try {
            if (written.remaining() < HEADER) {
                flush();
            }
            written.putInt(bytes.length).putInt(length);
            for (int from = 0; from < length; ) {
                if (!written.hasRemaining()) {
                    flush();
                }
                final int next = Math.min(written.remaining(), length - from);
                written.put(compressed, from, next);
                from += next;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(reason("write to a temporary file", folder, e), e);
        }
        return place;
    }

    private void flush() throws IOException {
        written.flip();
        while (written.hasRemaining()) {
            flushed += file.write(written, flushed);
        }
        written.clear();
    }

    @Override
    public byte[] get(long place) {
        try {
            if (written.position() > 0) {
                flush();
            }
            header.clear();
            read(header, place);
            final int length = header.flip().getInt();
            final int stored = header.getInt();
            if (compressed.length < stored) {
                compressed = new byte[stored];
            }
            read(ByteBuffer.wrap(compressed, 0, stored), place + HEADER);
            return DECOMPRESSOR.decompress(compressed, 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException(reason("read a temporary file", folder, e), e);
        }
    }

    private void read(ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            final int count = file.read(into, at);
            if (count < 0) {
                throw new IOException("it ends at byte " + at);
            }
            at += count;
        }
    }

    @Override
    public long size() {
        return flushed + written.position();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(reason("close a temporary file", folder, e), e);
        }
    }
}
