package org.usagestreams.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages with Zstandard, all in the same memory, which grows to that of the largest page. {@link #release} frees it. Not
 * thread-safe.
 */
public final class ZstdCompressor implements BytesInputCompressor {
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final Page page = new Page();
    private byte[] compressed = {};

    /** Compresses with a level of Zstandard. */
    public ZstdCompressor(int level) {
        context.setLevel(level);
    }

    /** The result is valid until the next call. */
    @Override
    public BytesInput compress(BytesInput bytes) throws IOException {
        page.reset();
        bytes.writeAllTo(page);
        final int bound = Math.toIntExact(Zstd.compressBound(page.size()));
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        return BytesInput.from(
                compressed, 0, context.compressByteArray(compressed, 0, bound, page.bytes(), 0, page.size()));
    }

    /** Gives its bytes without a copy. */
    private static final class Page extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }

    @Override
    public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
    }

    @Override
    public void release() {
        context.close();
    }
}
