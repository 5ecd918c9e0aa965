package org.usagestreams.topology;

import java.util.Arrays;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the chunk store equal to the chunk topic, which is the store's changelog: nothing else writes to it. Passes on
 * what changed it; a chunk that was seen before does not.
 */
final class ChunkTable extends ContextualProcessor<String, byte[], String, byte[]> {
    private KeyValueStore<String, byte[]> chunks;

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        chunks = context.getStateStore(Names.CHUNKS);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null) {
            context().forward(record.withKey(""));
            return;
        }
        final ChunkStored event = new ChunkStored();
        event.begin();
        final byte[] held = chunks.get(record.key());
        if (Arrays.equals(held, record.value())) {
            return;
        }
        chunks.put(record.key(), record.value());
        event.bytes = record.value() == null ? 0 : record.value().length;
        event.commit();
        context().forward(record);
    }
}
