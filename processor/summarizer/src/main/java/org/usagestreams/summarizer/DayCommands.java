package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.MalformedChunkException;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.Readmission;
import org.usagestreams.wire.message.Resummarise;
import org.usagestreams.wire.message.Retraction;
import org.usagestreams.wire.message.SliceEnd;

/**
 * Executes the commands that a day gets. A retraction becomes tombstones on the chunk topic for the versions that it means,
 * as far as they are there on that day; what is not there yet reports itself when it comes, and is retracted then. A
 * readmission opens a day beyond retention for what is to come. A day can also be told to be summarised again.
 *
 * <p>A record that is no command becomes a dead letter. Nothing else is caught: what the stores or {@code forward} throw
 * ends the thread, and the transaction is aborted.
 */
final class DayCommands extends ContextualProcessor<String, byte[], String, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(DayCommands.class);

    private final TopologySettings settings;
    private final SummaryCounts counts;
    private ChunkStore chunks;
    private ProtobufStore<PublishedDay> days;
    private PublishedStore published;

    DayCommands(TopologySettings settings, SummaryCounts counts) {
        this.settings = settings;
        this.counts = counts;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        super.init(context);
        chunks = new ChunkStore(context.getStateStore(Names.CHUNKS));
        days = new ProtobufStore<>(context.getStateStore(Names.DAYS), PublishedDay.parser());
        published = new PublishedStore(context.getStateStore(Names.PUBLISHED));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            deadLetter(record, record.key() == null ? "it has no key" : "it has no value");
            return;
        }
        final DayCommand command;
        final DayKey day;
        try {
            command = DayCommand.parseFrom(record.value());
            day = DayKey.parse(record.key());
        } catch (InvalidProtocolBufferException | MalformedChunkException e) {
            deadLetter(record, e.getMessage());
            return;
        }
        switch (command.getOrderCase()) {
            case RETRACTION -> retract(day, command.getRetraction(), record.timestamp());
            case READMISSION -> readmit(day, command.getReadmission());
            case RESUMMARISE -> resummarise(day, command.getResummarise(), record.timestamp());
            default -> deadLetter(record, "it holds no command that this version knows");
        }
    }

    private void deadLetter(Record<String, byte[]> record, String reason) {
        ForeignRecord.setAside(context(), counts, record, reason, Names.FOREIGN_COMMAND_SINK);
    }

    private void retract(DayKey day, Retraction retraction, long timestamp) {
        final List<SliceEnd> ends = chunks.ends(day, Versions.objectId(retraction.getVersion()));
        // The oldest first: between two of the tombstones, none that was hidden by a newer one comes to count.
        ends.sort(Comparator.comparing(end -> end.getSlice().getVersion(), Versions.BY_EVENT));
        for (final SliceEnd end : ends) {
            final ObjectVersion version = end.getSlice().getVersion();
            final boolean meant = retraction.getInclusive()
                    ? Versions.BY_TIME.compare(version, retraction.getVersion()) <= 0
                    : Versions.BY_EVENT.compare(version, retraction.getVersion()) <= 0;
            if (meant) {
                chunks.tombstones(day, version).forEach(tombstone -> context()
                        .forward(
                                new Record<>(tombstone.key(), null, timestamp, tombstone.headers()),
                                Names.RETRACTED_SINK));
            }
        }
    }

    private void resummarise(DayKey day, Resummarise command, long timestamp) {
        final boolean beyond = new Retention(settings, context().currentSystemTimeMs()).isBeyond(day.date());
        if (beyond && days.get(day.toString()) == null) {
            // Its rows stay as they are: what they were made of is forgotten.
            LOG.warn("Day {} is beyond retention, and is not summarised again. scripts/readmit reads it back.", day);
            return;
        }
        if (command.getRewrite()) {
            published.doubt(day);
            published.adopt(day, command.getUuids());
        }
        if (command.getTell()) {
            days.put(day.toString(), held(day).toBuilder().setTell(true).build());
        }
        context().forward(new Record<>(null, new DayEvent.Recompute(day), timestamp), Names.DAY_SUMMARY);
    }

    private PublishedDay held(DayKey day) {
        final PublishedDay stored = days.get(day.toString());
        return stored == null ? PublishedDay.getDefaultInstance() : stored;
    }

    private void readmit(DayKey day, Readmission readmission) {
        days.put(
                day.toString(),
                held(day).toBuilder()
                        .setReadmittedUntilMillis(readmission.getUntilMillis())
                        .build());
        published.adopt(day, readmission.getUuids());
    }
}
