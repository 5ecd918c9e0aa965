package org.usagestreams.splitter;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.usagestreams.store.StoreException;

/** A file that is read by ranges. Small pieces that Parquet asks for are read ahead. */
final class RangedInputFile implements InputFile {
    private final long length;
    private final int readAhead;
    private final RangeReader reader;

    /** Reads a range, wholly or not at all. */
    @FunctionalInterface
    interface RangeReader {
        byte[] read(long offset, int length) throws IOException;
    }

    RangedInputFile(long length, int readAhead, RangeReader reader) {
        this.length = length;
        this.readAhead = readAhead;
        this.reader = reader;
    }

    /** What Parquet calls it in its messages. */
    @Override
    public String toString() {
        return "the object";
    }

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream();
    }

    private final class Stream extends SeekableInputStream {
        private long position;
        private byte[] buffer = {};
        private long bufferAt;

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long newPosition) {
            position = newPosition;
        }

        @Override
        public int read() throws IOException {
            final byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int start, int count) throws IOException {
            if (position >= length) {
                return -1;
            }
            final int wanted = (int) Math.min(count, length - position);
            readFully(bytes, start, wanted);
            return wanted;
        }

        @Override
        public void readFully(byte[] bytes) throws IOException {
            readFully(bytes, 0, bytes.length);
        }

        @Override
        public void readFully(byte[] bytes, int start, int count) throws IOException {
            if (position < 0 || count > length - position) {
                throw new EOFException(
                        count + " bytes at " + position + " are outside the object's " + length + " bytes");
            }
            if (position < bufferAt || position + count > bufferAt + buffer.length) {
                fill(count);
            }
            final int at = Math.toIntExact(position - bufferAt);
            System.arraycopy(buffer, at, bytes, start, count);
            position += count;
        }

        /**
         * An object that fits is read at once. Of a larger one, a small read near the end (the footer's) takes the end
         * along, and any other what follows it.
         */
        private void fill(int count) throws IOException {
            final int size = (int) Math.min(Math.max(count, readAhead), length);
            bufferAt = Math.min(position, length - size);
            buffer = new byte[0];
            try {
                buffer = reader.read(bufferAt, size);
            } catch (StoreException e) {
                throw e;
            } catch (IOException e) {
                // Never the file's fault.
                throw new StoreException(StoreException.Kind.UNAVAILABLE, e.getMessage(), e);
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            final byte[] bytes = new byte[(int) Math.min(target.remaining(), Math.max(0, length - position))];
            if (bytes.length == 0) {
                return target.hasRemaining() ? -1 : 0;
            }
            readFully(bytes);
            target.put(bytes);
            return bytes.length;
        }

        @Override
        public void readFully(ByteBuffer target) throws IOException {
            final byte[] bytes = new byte[target.remaining()];
            readFully(bytes);
            target.put(bytes);
        }

        @Override
        public void close() {
            buffer = new byte[0];
        }
    }
}
