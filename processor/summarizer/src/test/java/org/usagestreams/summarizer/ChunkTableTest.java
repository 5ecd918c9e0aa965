package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Reading;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;

/** What a task does with the chunks that it holds when it begins to read. */
class ChunkTableTest {
    private static final byte[] VALUE = {1};

    private final MockProcessorContext<Void, DayEvent> context = new MockProcessorContext<>();
    private final KeyValueStore<String, byte[]> chunks = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(Names.CHUNKS), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private final KeyValueStore<String, Reading> reading = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(Names.READING), Serdes.String(), new ProtobufSerde<>(Reading.parser()))
            .withLoggingDisabled()
            .build();
    private final List<Long> askedOffsets = new ArrayList<>();
    private boolean isFirst = true;
    private final ReadProgress progress = new ReadProgress() {
        @Override
        public boolean isRead(int partition) {
            return false;
        }

        @Override
        public boolean isFirst(int partition, long offset) {
            askedOffsets.add(offset);
            return isFirst;
        }
    };

    @BeforeEach
    void openStores() {
        chunks.init(context.getStateStoreContext(), chunks);
        reading.init(context.getStateStoreContext(), reading);
        context.addStateStore(chunks);
        context.addStateStore(reading);
        gate().readTo(100);
    }

    private CatchUpGate gate() {
        return new CatchUpGate(reading, progress, 0);
    }

    /** A task that begins with a record at that offset. */
    private ChunkTable begin(long offset) {
        final ChunkTable table = new ChunkTable(progress);
        table.init(context);
        read(table, offset);
        return table;
    }

    private void read(ChunkTable table, long offset) {
        context.setRecordMetadata("chunks", 0, offset);
        table.process(new Record<>("new-" + offset, VALUE, 0));
    }

    private List<String> held() {
        final List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = chunks.all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }

    @Test
    void shouldForgetAllChunksWhenItIsSetBackToTheBeginning() {
        // More than are removed at once.
        for (int i = 0; i < 10_001; i++) {
            chunks.put("old-" + i, VALUE);
        }
        begin(0);
        assertThat(held()).containsExactly("new-0");
        assertThat(askedOffsets).containsExactly(0L);
        assertThat(gate().isShut()).isTrue();
    }

    @Test
    void shouldKeepItsChunksWhenItIsSetBackButNotToTheBeginning() {
        chunks.put("old", VALUE);
        isFirst = false;
        begin(50);
        assertThat(held()).containsExactlyInAnyOrder("old", "new-50");
        assertThat(gate().isShut()).as("days wait nevertheless").isTrue();
    }

    @Test
    void shouldKeepItsChunksWhenItGoesOn() {
        chunks.put("old", VALUE);
        begin(100);
        assertThat(held()).containsExactlyInAnyOrder("old", "new-100");
        assertThat(askedOffsets).isEmpty();
        assertThat(gate().isShut()).isFalse();
    }

    @Test
    void shouldLookAtTheFirstRecordOnly() {
        final ChunkTable table = begin(100);
        read(table, 20);
        assertThat(held()).containsExactlyInAnyOrder("new-100", "new-20");
        assertThat(gate().isShut()).isFalse();
    }

    @Test
    void shouldTellWhichSliceLeftThatItDoesNotHoldAnyMore() {
        final ObjectVersion version = ObjectVersion.newBuilder()
                .setBucket("b")
                .setKey("k")
                .setEtag("e")
                .build();
        final SliceEnd end = SliceEnd.newBuilder()
                .setSlice(Slice.newBuilder().setVersion(version).setReport(ReportType.POD_USAGE))
                .setChunks(1)
                .build();
        final ChunkKey key = ChunkKey.end(
                new DayKey("org", "source", LocalDate.of(2025, 11, 2)),
                Versions.objectId(version),
                Versions.versionId(version));
        final ChunkTombstone tombstone = new ChunkTombstone(key.toString(), end.toByteArray());
        final ChunkTable table = begin(100);
        table.process(new Record<>(tombstone.key(), null, 0, tombstone.headers()));
        assertThat(context.forwarded())
                .last()
                .satisfies(forward -> assertThat(forward.record().value()).isEqualTo(new DayEvent.SliceLeft(key, end)));
    }

    @Test
    void shouldTellThatASliceLeftOfWhichItKnowsNothingElse() {
        final ChunkKey key =
                ChunkKey.end(new DayKey("org", "source", LocalDate.of(2025, 11, 2)), "0123abcd", "4567abcd");
        final ChunkTable table = begin(100);
        table.process(new Record<>(key.toString(), null, 0));
        assertThat(context.forwarded()).last().satisfies(forward -> assertThat(
                        forward.record().value())
                .isEqualTo(new DayEvent.SliceLeft(key, null)));
    }

    @Test
    void shouldPassOnThatARecordChangesNothingTheSecondTime() {
        read(begin(100), 100);
        assertThat(context.forwarded())
                .extracting(forward -> forward.record().value())
                .satisfiesExactly(
                        event -> assertThat(event).isInstanceOf(DayEvent.Unreadable.class),
                        event -> assertThat(event).isInstanceOf(DayEvent.NothingChanged.class));
    }
}
