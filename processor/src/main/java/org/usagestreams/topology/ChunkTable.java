package org.usagestreams.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the chunk store equal to the chunk topic, which is the store's changelog: nothing else writes to it. Passes on
 * what changed it; of a chunk that was seen before, only that it was read. A task whose group was set back to the
 * topic's beginning begins with an empty store: what is on the topic is what there is.
 */
final class ChunkTable extends ContextualProcessor<String, byte[], String, byte[]> {
    /** Key of a record that changed nothing. */
    static final String SAME = "same|";

    /** Keys that are removed at once. */
    private static final int AT_ONCE = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ChunkTable.class);

    private final ReadProgress progress;
    private KeyValueStore<String, byte[]> chunks;
    private KeyValueStore<String, byte[]> reading;
    private boolean first = true;

    ChunkTable(ReadProgress progress) {
        this.progress = progress;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
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
        if (record.key() == null) {
            context().forward(record.withKey(""));
            return;
        }
        final ChunkStored event = new ChunkStored();
        event.begin();
        final byte[] held = chunks.get(record.key());
        if (Arrays.equals(held, record.value())) {
            context().forward(new Record<>(SAME, null, record.timestamp()));
            return;
        }
        chunks.put(record.key(), record.value());
        event.bytes = record.value() == null ? 0 : record.value().length;
        event.commit();
        context().forward(record);
    }

    private void begin(RecordMetadata at) {
        final Rereading rereading = new Rereading(reading);
        if (!rereading.isSetBack(at.offset())) {
            return;
        }
        LOG.info("{}-{}: read anew from offset {}", at.topic(), at.partition(), at.offset());
        rereading.begin();
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
