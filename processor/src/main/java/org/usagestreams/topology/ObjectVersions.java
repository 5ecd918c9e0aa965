package org.usagestreams.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.chunk.DayKey;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.ObjectState;
import org.usagestreams.chunk.wire.Retraction;

/**
 * Remembers of each object the version that holds and its dates, and retracts older ones from the dates that it does not
 * have: those of the version before it, and any on which an older one turns up late. A removed object has no dates. On a date that both versions have, the day itself replaces the one by the other, so that
 * neither is ever missing.
 */
final class ObjectVersions extends ContextualProcessor<String, byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectVersions.class);

    private KeyValueStore<String, byte[]> objects;

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        objects = context.getStateStore(Names.OBJECTS);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        final ObjectState state;
        final ObjectState held;
        try {
            state = ObjectState.parseFrom(record.value());
            final byte[] stored = objects.get(record.key());
            held = stored == null ? null : ObjectState.parseFrom(stored);
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            LOG.error("object {}: a record on the object topic is none of ours and is left out", record.key(), e);
            return;
        }
        final boolean gone = state.getDatesCount() == 0;
        final boolean heldGone = held != null && held.getDatesCount() == 0;
        final int time = held == null ? 1 : Versions.BY_TIME.compare(state.getVersion(), held.getVersion());
        final int order = held == null ? 1 : Versions.BY_EVENT.compare(state.getVersion(), held.getVersion());
        // Of what is said of one event, the word that there is nothing is the last.
        final boolean newer = time > 0 || (time == 0 && (gone || (order > 0 && !heldGone)));
        if (newer) {
            final ObjectState now = state.toBuilder().clearSeenOn().build();
            objects.put(record.key(), now.toByteArray());
            if (held != null) {
                retract(now, held.getSource(), held.getDatesList(), record.timestamp());
            }
        } else if (order < 0 || heldGone) {
            final List<Integer> dates = state.hasSeenOn() ? List.of(state.getSeenOn()) : state.getDatesList();
            retract(held, state.getSource(), dates, record.timestamp());
        }
    }

    /** What is older than the version that holds counts no more on these dates, but for those that it has itself. */
    private void retract(ObjectState holding, String source, List<Integer> dates, long timestamp) {
        final Set<Integer> its = new HashSet<>(holding.getDatesList());
        final byte[] value = Retraction.newBuilder()
                .setVersion(holding.getVersion())
                .setInclusive(its.isEmpty())
                .build()
                .toByteArray();
        for (final int date : dates) {
            if (!its.contains(date)) {
                final DayKey day = new DayKey(source, LocalDate.ofEpochDay(date));
                context().forward(new Record<>(day.toString(), value, timestamp));
            }
        }
    }
}
