package org.usagestreams.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.chunk.DayKey;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.DayOrder;
import org.usagestreams.chunk.wire.ObjectVersion;
import org.usagestreams.chunk.wire.PublishedDay;
import org.usagestreams.chunk.wire.Readmission;
import org.usagestreams.chunk.wire.Resummarise;
import org.usagestreams.chunk.wire.Retraction;
import org.usagestreams.chunk.wire.SliceEnd;

/**
 * Does what a day is told. A retraction becomes tombstones on the chunk topic for the versions that it means, as far as they
 * are there on that day; what is not there yet reports itself when it comes, and is retracted then. A readmission opens a
 * day beyond retention for what is to come. And a day can be told to be summarised again.
 */
final class DayOrders extends ContextualProcessor<String, byte[], String, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(DayOrders.class);

    private final TopologySettings settings;
    private ChunkStore chunks;
    private KeyValueStore<String, byte[]> days;
    private PublishedStore published;

    DayOrders(TopologySettings settings) {
        this.settings = settings;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        super.init(context);
        chunks = new ChunkStore(context.getStateStore(Names.CHUNKS));
        days = context.getStateStore(Names.DAYS);
        published = new PublishedStore(context.getStateStore(Names.PUBLISHED));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        try {
            final DayOrder order = DayOrder.parseFrom(record.value());
            final DayKey day = DayKey.parse(record.key());
            switch (order.getOrderCase()) {
                case RETRACTION -> retract(day, order.getRetraction(), record.timestamp());
                case READMISSION -> readmit(day, order.getReadmission());
                case RESUMMARISE -> resummarise(day, order.getResummarise(), record.timestamp());
                default -> LOG.error("day {}: an order that this version does not know is left out", day);
            }
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            LOG.error("day {}: a record on the retraction topic is none of ours and is left out", record.key(), e);
        }
    }

    private void retract(DayKey day, Retraction retraction, long timestamp) {
        final String object = Versions.objectId(retraction.getVersion());
        for (final SliceEnd end : chunks.ends(day)) {
            final ObjectVersion version = end.getSlice().getVersion();
            final boolean meant = retraction.getInclusive()
                    ? Versions.BY_TIME.compare(version, retraction.getVersion()) <= 0
                    : Versions.BY_EVENT.compare(version, retraction.getVersion()) < 0;
            if (meant && Versions.objectId(version).equals(object)) {
                chunks.keys(day, version)
                        .forEach(key -> context().forward(new Record<>(key, null, timestamp), Names.RETRACTED_SINK));
            }
        }
    }

    private void resummarise(DayKey day, Resummarise order, long timestamp) throws InvalidProtocolBufferException {
        final boolean beyond =
                new Retention(settings.retentionDays(), context().currentSystemTimeMs()).isBeyond(day.date());
        if (beyond && days.get(day.toString()) == null) {
            // Its rows stay as they are: what they were made of is forgotten.
            LOG.warn("day {}: beyond retention, it is not summarised again (scripts/readmit takes it back)", day);
            return;
        }
        if (order.getRewrite()) {
            published.doubt(day);
            published.adopt(day, order.getUuids());
        }
        if (order.getTell()) {
            days.put(day.toString(), held(day).toBuilder().setTell(true).build().toByteArray());
        }
        context().forward(new Record<>(null, new DayEvent.Recompute(day), timestamp), Names.DAY_SUMMARY);
    }

    private PublishedDay held(DayKey day) throws InvalidProtocolBufferException {
        final byte[] stored = days.get(day.toString());
        return stored == null ? PublishedDay.getDefaultInstance() : PublishedDay.parseFrom(stored);
    }

    private void readmit(DayKey day, Readmission readmission) throws InvalidProtocolBufferException {
        days.put(
                day.toString(),
                held(day).toBuilder()
                        .setReadmittedUntilMillis(readmission.getUntilMillis())
                        .build()
                        .toByteArray());
        published.adopt(day, readmission.getUuids());
    }
}
