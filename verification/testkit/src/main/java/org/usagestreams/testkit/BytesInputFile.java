package org.usagestreams.testkit;

import java.io.EOFException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** An object's bytes in memory. */
public record BytesInputFile(byte[] bytes) implements InputFile {
    @Override
    public long getLength() {
        return bytes.length;
    }

    @Override
    public SeekableInputStream newStream() {
        final Stream stream = new Stream(bytes);
        return new DelegatingSeekableInputStream(stream) {
            @Override
            public long getPos() {
                return stream.position();
            }

            @Override
            public void seek(long position) throws EOFException {
                stream.seek(position);
            }
        };
    }

    private static final class Stream extends java.io.InputStream {
        private final ByteBuffer buffer;

        Stream(byte[] bytes) {
            buffer = ByteBuffer.wrap(bytes);
        }

        long position() {
            return buffer.position();
        }

        void seek(long position) throws EOFException {
            if (position < 0 || position > buffer.limit()) {
                throw new EOFException("position " + position + " is outside of " + buffer.limit() + " bytes");
            }
            buffer.position((int) position);
        }

        @Override
        public int read() {
            return buffer.hasRemaining() ? buffer.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (!buffer.hasRemaining()) {
                return -1;
            }
            final int count = Math.min(length, buffer.remaining());
            buffer.get(target, offset, count);
            return count;
        }
    }
}
