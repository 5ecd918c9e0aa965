package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.column.values.fallback.FallbackValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer of pooled texts beside Parquet's own. */
class PooledTextWriterTest {
    private static final int DICTIONARY_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 1 << 20;

    private static Binary text(int number) {
        return Binary.fromConstantByteArray(("text-" + number).getBytes(UTF_8));
    }

    /** Most texts are those of a pool, some are equal to one of them, and are not in it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1_000, 20_000, 200_000})
    @SuppressWarnings("deprecation") // The encoding that both have.
    void shouldWriteWhatParquetsOwnWriterDoes(int distinct) throws IOException {
        final HeapByteBufferAllocator heap = new HeapByteBufferAllocator();
        final PooledTextWriter pooled = new PooledTextWriter(DICTIONARY_BYTES, 64, PAGE_BYTES, heap);
        final ValuesWriter own = FallbackValuesWriter.of(
                new PlainBinaryDictionaryValuesWriter(
                        DICTIONARY_BYTES, Encoding.PLAIN_DICTIONARY, Encoding.PLAIN_DICTIONARY, heap),
                new PlainValuesWriter(64, PAGE_BYTES, heap));
        final Random random = new Random(distinct);
        for (int page = 0; page < 4; page++) {
            pooled.use(page / 2);
            for (int i = 0; i < 50_000; i++) {
                final int number = random.nextInt(distinct);
                final Binary text = text(number);
                // In the second half, numbers are those of another pool.
                pooled.write(text, random.nextInt(10) == 0 ? TextPool.NOT_POOLED : number + 7 * (page / 2));
                own.writeBytes(text);
            }
            assertThat(pooled.getBufferedSize()).isEqualTo(own.getBufferedSize());
            assertThat(pooled.getBytes().toByteArray()).isEqualTo(own.getBytes().toByteArray());
            assertThat(pooled.getEncoding()).isEqualTo(own.getEncoding());
            pooled.reset();
            own.reset();
        }
        assertThat(bytes(pooled.toDictPageAndClose())).isEqualTo(bytes(own.toDictPageAndClose()));
    }

    @SuppressWarnings("deprecation") // Nothing is as simple.
    private static byte[] bytes(DictionaryPage page) throws IOException {
        return page == null ? null : page.getBytes().toByteArray();
    }
}
