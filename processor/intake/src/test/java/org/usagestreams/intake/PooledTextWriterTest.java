package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer of pooled texts beside Parquet's own. */
class PooledTextWriterTest {
    private static final int DICTIONARY_BYTES = 64 << 20;

    private static Binary text(int number) {
        return Binary.fromConstantByteArray(("text-" + number).getBytes(UTF_8));
    }

    /** Most texts are those of a pool, some are equal to one of them, and have another identity. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1_000, 200_000})
    @SuppressWarnings("deprecation") // The encoding that both have.
    void shouldWriteWhatParquetsOwnWriterDoes(int distinct) throws IOException {
        final PooledTextWriter pooled = new PooledTextWriter(DICTIONARY_BYTES, new HeapByteBufferAllocator());
        final PlainBinaryDictionaryValuesWriter own = new PlainBinaryDictionaryValuesWriter(
                DICTIONARY_BYTES, Encoding.PLAIN_DICTIONARY, Encoding.PLAIN_DICTIONARY, new HeapByteBufferAllocator());
        final List<Binary> pool = new ArrayList<>();
        for (int i = 0; i < distinct; i++) {
            pool.add(text(i));
        }
        final Random random = new Random(distinct);
        for (int page = 0; page < 3; page++) {
            for (int i = 0; i < 100_000; i++) {
                final int number = random.nextInt(distinct);
                final Binary value = random.nextInt(10) == 0 ? text(number) : pool.get(number);
                pooled.writeBytes(value);
                own.writeBytes(value);
            }
            assertThat(pooled.getBytes().toByteArray()).isEqualTo(own.getBytes().toByteArray());
            pooled.reset();
            own.reset();
        }
        assertThat(pooled.toDictPageAndClose().getBytes().toByteArray())
                .isEqualTo(own.toDictPageAndClose().getBytes().toByteArray());
        assertThat(pooled.getAllocatedSize()).isGreaterThan(own.getAllocatedSize());
    }
}
