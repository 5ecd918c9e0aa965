package org.usagestreams.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.chunk.DayKey;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.ObjectVersion;
import org.usagestreams.chunk.wire.Retraction;
import org.usagestreams.chunk.wire.SliceEnd;

/**
 * Turns a retraction into tombstones on the chunk topic for the versions that it means, as far as they are there on that
 * day. What is not there yet reports itself when it comes, and is retracted then.
 */
final class Retract extends ContextualProcessor<String, byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(Retract.class);

    private ChunkStore chunks;

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        chunks = new ChunkStore(context.getStateStore(Names.CHUNKS));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        try {
            final Retraction retraction = Retraction.parseFrom(record.value());
            final DayKey day = DayKey.parse(record.key());
            final String object = Versions.objectId(retraction.getVersion());
            for (final SliceEnd end : chunks.ends(day)) {
                final ObjectVersion version = end.getSlice().getVersion();
                final boolean meant = retraction.getInclusive()
                        ? Versions.BY_TIME.compare(version, retraction.getVersion()) <= 0
                        : Versions.BY_EVENT.compare(version, retraction.getVersion()) < 0;
                if (meant && Versions.objectId(version).equals(object)) {
                    chunks.keys(day, version)
                            .forEach(key -> context().forward(new Record<>(key, null, record.timestamp())));
                }
            }
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            LOG.error("day {}: a record on the retraction topic is none of ours and is left out", record.key(), e);
        }
    }
}
