package org.usagestreams.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is held back comes out as it went in, be it in memory or in the file. */
class HeldRecordsTest {
    @TempDir
    private Path directory;

    private static List<ProducerRecord<byte[], byte[]>> records() {
        final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            records.add(new ProducerRecord<>("chunks", i, ("key" + i).getBytes(UTF_8), new byte[100 * i]));
            records.add(new ProducerRecord<>("letters", ("key" + i).getBytes(UTF_8), null));
            records.add(new ProducerRecord<>(
                    "large",
                    null,
                    ("k" + i).getBytes(UTF_8),
                    "v".getBytes(UTF_8),
                    List.of(new RecordHeader("place", "p-0@1".getBytes(UTF_8)), new RecordHeader("none", null))));
        }
        return records;
    }

    private static List<ProducerRecord<byte[], byte[]>> of(HeldRecords held) {
        final List<ProducerRecord<byte[], byte[]>> passed = new ArrayList<>();
        held.forEach(passed::add);
        return passed;
    }

    private static void assertSame(
            List<ProducerRecord<byte[], byte[]>> records, List<ProducerRecord<byte[], byte[]>> others) {
        assertThat(records).usingRecursiveComparison().isEqualTo(others);
    }

    @Test
    void shouldPassOnWhatItHolds() {
        for (final long memory : new long[] {0, 250, 1 << 20}) {
            final HeldRecords held = new HeldRecords(memory, directory);
            records().forEach(held::add);
            assertSame(of(held), records());
            held.clear();
            assertThat(of(held)).isEmpty();
            held.add(records().get(4));
            assertSame(of(held), List.of(records().get(4)));
            held.clear();
        }
    }

    @Test
    void shouldLeaveNoFileBehind() throws IOException {
        final Path below = directory.resolve("chunks");
        final HeldRecords held = new HeldRecords(0, below);
        records().forEach(held::add);
        try (Stream<Path> files = Files.list(below)) {
            assertThat(files).isEmpty();
        }
        assertSame(of(held), records());
        held.clear();
    }

    @Test
    void shouldSayWhereThereIsNoRoom() throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));
        final HeldRecords held = new HeldRecords(0, file);
        assertThatThrownBy(() -> held.add(records().get(0)))
                .isInstanceOf(KafkaException.class)
                .hasMessageContainingAll("Cannot buffer output in " + file, "splitter.large.dir");
    }
}
