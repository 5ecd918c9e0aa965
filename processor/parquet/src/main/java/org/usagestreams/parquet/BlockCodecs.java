package org.usagestreams.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Parquet's compression codecs without Hadoop: uncompressed, Snappy, gzip, Zstandard and LZ4_RAW. A page that claims to
 * be larger than the limit is refused before anything is allocated for it.
 */
public final class BlockCodecs implements CompressionCodecFactory {
    private final int pageBytes;
    private final IntConsumer room;

    /** Refuses pages of more uncompressed bytes than that. */
    public BlockCodecs(int pageBytes) {
        this(pageBytes, size -> {});
    }

    /**
     * The same, where another has a say as well.
     *
     * @param room told of the uncompressed bytes of each page before there is room made for it; throws where there is none
     */
    public BlockCodecs(int pageBytes, IntConsumer room) {
        this.pageBytes = pageBytes;
        this.room = room;
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED -> new Decompressor((in, size) -> in);
            case SNAPPY ->
                new Decompressor((in, size) -> {
                    final byte[] out = new byte[size];
                    checkSize(size, Snappy.uncompressedLength(in));
                    return checkLength(out, Snappy.uncompress(in, 0, in.length, out, 0));
                });
            case GZIP -> new Decompressor(BlockCodecs::gunzip);
            case ZSTD ->
                new Decompressor((in, size) -> {
                    final byte[] out = new byte[size];
                    final long length = Zstd.decompressByteArray(out, 0, size, in, 0, in.length);
                    if (Zstd.isError(length)) {
                        throw new IOException("Zstandard: " + Zstd.getErrorName(length));
                    }
                    return checkLength(out, length);
                });
            case LZ4_RAW ->
                new Decompressor((in, size) -> {
                    try {
                        final byte[] out = new byte[size];
                        return checkLength(
                                out,
                                LZ4Factory.fastestInstance().safeDecompressor().decompress(in, 0, in.length, out, 0));
                    } catch (LZ4Exception e) {
                        throw new IOException("LZ4: " + e.getMessage(), e);
                    }
                });
            default -> throw new IllegalArgumentException("compression " + codec + " is not supported");
        };
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED -> new Compressor(codec, in -> in);
            case SNAPPY -> new Compressor(codec, Snappy::compress);
            case GZIP -> new Compressor(codec, BlockCodecs::gzip);
            case ZSTD -> new Compressor(codec, Zstd::compress);
            default -> throw new IllegalArgumentException("compression " + codec + " is not written");
        };
    }

    @Override
    public void release() {}

    private static byte[] gunzip(byte[] in, int size) throws IOException {
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(in))) {
            final byte[] out = stream.readNBytes(size);
            checkSize(size, out.length + (stream.read() < 0 ? 0 : 1));
            return out;
        }
    }

    private static byte[] gzip(byte[] in) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(out)) {
            stream.write(in);
        }
        return out.toByteArray();
    }

    private static byte[] checkLength(byte[] out, long length) throws IOException {
        checkSize(out.length, length);
        return out;
    }

    private static void checkSize(long announced, long found) throws IOException {
        if (announced != found) {
            throw new IOException("a page has " + found + " bytes instead of the announced " + announced);
        }
    }

    private static byte[] array(BytesInput bytes) throws IOException {
        return bytes.toInputStream().readAllBytes();
    }

    @FunctionalInterface
    private interface Inflate {
        byte[] apply(byte[] in, int size) throws IOException;
    }

    @FunctionalInterface
    private interface Deflate {
        byte[] apply(byte[] in) throws IOException;
    }

    private final class Decompressor implements BytesInputDecompressor {
        private final Inflate inflate;

        Decompressor(Inflate inflate) {
            this.inflate = inflate;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            return BytesInput.from(inflate(array(bytes), size));
        }

        private byte[] inflate(byte[] bytes, int size) throws IOException {
            if (size < 0 || size > pageBytes) {
                throw new IOException("a page of " + Integer.toUnsignedString(size) + " bytes is over the limit of "
                        + pageBytes + " (setting splitter.page.bytes)");
            }
            room.accept(size);
            return inflate.apply(bytes, size);
        }

        @Override
        public void decompress(ByteBuffer in, int inSize, ByteBuffer out, int outSize) throws IOException {
            if (in.remaining() < inSize) {
                throw new EOFException("a page ends after " + in.remaining() + " of " + inSize + " bytes");
            }
            final byte[] bytes = new byte[inSize];
            in.get(bytes);
            out.put(inflate(bytes, outSize));
        }

        @Override
        public void release() {}
    }

    private record Compressor(CompressionCodecName codec, Deflate deflate) implements BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            return BytesInput.from(deflate.apply(array(bytes)));
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {}
    }
}
