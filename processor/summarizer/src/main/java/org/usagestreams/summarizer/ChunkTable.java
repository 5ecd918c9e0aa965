package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.MalformedChunkException;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.Reading;
import org.usagestreams.wire.message.SliceEnd;

/**
 * Keeps the chunk store equal to the chunk topic, which is the store's changelog: nothing else writes to it. Passes on each record's {@link
 * DayEvent}; a chunk that was seen before changes nothing. A task whose group was reset to the topic's beginning starts with an empty
 * store, since the topic has everything.
 */
final class ChunkTable extends ContextualProcessor<String, byte[], Void, DayEvent> {
    /** Keys that are removed at once. */
    private static final int AT_ONCE = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ChunkTable.class);

    private final ReadProgress progress;
    private KeyValueStore<String, byte[]> chunks;
    private KeyValueStore<String, Reading> reading;
    private boolean first = true;

    ChunkTable(ReadProgress progress) {
        this.progress = progress;
    }

    @Override
    public void init(ProcessorContext<Void, DayEvent> context) {
        super.init(context);
        chunks = context.getStateStore(Names.CHUNKS);
        reading = context.getStateStore(Names.READING);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (first) {
            first = false;
            context().recordMetadata().ifPresent(this::begin);
        }
        context().forward(new Record<>(null, store(record), record.timestamp()));
    }

    private DayEvent.OfChunkTopic store(Record<String, byte[]> record) {
        if (record.key() == null) {
            return unreadable("", record.value(), "it has no key");
        }
        final ChunkStored event = new ChunkStored();
        event.begin();
        final byte[] held = chunks.get(record.key());
        if (held != null && Arrays.equals(held, record.value())) {
            return new DayEvent.NothingChanged();
        }
        if (held != null || record.value() != null) {
            chunks.put(record.key(), record.value());
        }
        event.bytes = record.value() == null ? 0 : record.value().length;
        event.commit();
        return eventOf(record, held);
    }

    private static DayEvent.OfChunkTopic eventOf(Record<String, byte[]> record, byte[] held) {
        final byte[] value = record.value();
        try {
            final ChunkKey key = ChunkKey.parse(record.key().getBytes(StandardCharsets.UTF_8));
            if (value == null) {
                return key.isEnd()
                        ? new DayEvent.SliceLeft(key, left(held, record.headers()))
                        : new DayEvent.NothingChanged();
            }
            return key.isEnd()
                    ? new DayEvent.SliceEnded(key, SliceEnd.parseFrom(value))
                    : new DayEvent.ChunkArrived(key);
        } catch (MalformedChunkException | InvalidProtocolBufferException e) {
            return unreadable(record.key(), value, e.getMessage());
        }
    }

    /**
     * The end that a tombstone removes; null if it cannot be read, which was reported when it came. A task that was
     * restored from the compacted topic may not hold what a tombstone that it reads only now has replaced there.
     */
    private static SliceEnd left(byte[] held, Headers headers) {
        if (held == null) {
            return ChunkTombstone.end(headers).orElse(null);
        }
        try {
            return SliceEnd.parseFrom(held);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static DayEvent.Unreadable unreadable(String key, byte[] value, String reason) {
        return new DayEvent.Unreadable(key, DeadLetter.payloadOf(value), reason);
    }

    private void begin(RecordMetadata at) {
        final CatchUpGate gate = new CatchUpGate(reading, progress, at.partition());
        if (!gate.isSetBack(at.offset())) {
            return;
        }
        LOG.info("{}-{}: reading again from offset {}", at.topic(), at.partition(), at.offset());
        gate.shut();
        if (progress.isFirst(at.partition(), at.offset())) {
            clear();
        }
    }

    /** All of it comes again. */
    private void clear() {
        // Closed before the store changes below it.
        final List<String> keys = new ArrayList<>();
        do {
            keys.clear();
            try (KeyValueIterator<String, byte[]> all = chunks.all()) {
                while (all.hasNext() && keys.size() < AT_ONCE) {
                    keys.add(all.next().key);
                }
            }
            keys.forEach(chunks::delete);
        } while (!keys.isEmpty());
    }
}
