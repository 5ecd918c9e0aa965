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
import org.usagestreams.chunk.wire.DayOrder;
import org.usagestreams.chunk.wire.ObjectFact;
import org.usagestreams.chunk.wire.ObjectState;
import org.usagestreams.chunk.wire.Retraction;

/**
 * Remembers of each object the version that holds and its dates, and retracts older ones from the dates that it does not
 * have: those of the version before it, and any on which an older one turns up late. A removed object has no dates. On a
 * date that both versions have, the day itself replaces the one by the other, so that neither is ever missing.
 */
final class ObjectVersions extends ContextualProcessor<String, byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectVersions.class);

    private final TopologySettings settings;
    private final InstanceWork work;
    private KeyValueStore<String, byte[]> objects;
    private Sweep<byte[]> sweep;

    ObjectVersions(TopologySettings settings, InstanceWork work) {
        this.settings = settings;
        this.work = work;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        objects = context.getStateStore(Names.OBJECTS);
        sweep = Sweep.schedule(
                settings,
                context,
                work.budget(),
                objects,
                (key, state, retention) -> retention.isForgotten(ObjectState.parseFrom(state)));
    }

    @Override
    public void close() {
        sweep.close();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        final ObjectFact fact;
        final ObjectState held;
        try {
            fact = ObjectFact.parseFrom(record.value());
            final byte[] stored = objects.get(record.key());
            held = stored == null ? null : ObjectState.parseFrom(stored);
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            LOG.error("object {}: a record on the object topic is none of ours and is left out", record.key(), e);
            return;
        }
        if (!tellsWhatHolds(fact)) {
            return;
        }
        final ObjectState state = ObjectState.newBuilder()
                .setVersion(fact.getVersion())
                .setSource(fact.getSource())
                .addAllDates(fact.getSliceSeen().getDatesList())
                .build();
        final boolean nothing = state.getDatesCount() == 0;
        final boolean heldNothing = held != null && held.getDatesCount() == 0;
        final int time = held == null ? 1 : Versions.BY_TIME.compare(state.getVersion(), held.getVersion());
        final int order = held == null ? 1 : Versions.BY_EVENT.compare(state.getVersion(), held.getVersion());
        // Of what is said of one event, the word that there is nothing is the last.
        final boolean newer = time > 0 || (time == 0 && (nothing || (order > 0 && !heldNothing)));
        if (newer) {
            objects.put(record.key(), state.toByteArray());
            if (held != null) {
                retract(state, held.getSource(), held.getDatesList(), record.timestamp());
            }
        } else if ((order < 0 || heldNothing) && fact.hasSliceSeen()) {
            retract(held, state.getSource(), List.of(fact.getSliceSeen().getDate()), record.timestamp());
        }
    }

    /** Slices of a version, or the word that it has none. */
    private static boolean tellsWhatHolds(ObjectFact fact) {
        return switch (fact.getFactCase()) {
            case SLICE_SEEN, FAILED -> true;
            case SPLIT -> fact.getSplit().getDatesCount() == 0;
            case IGNORED -> !fact.getSource().isEmpty();
            case GONE -> !fact.getGone().getKept() && !fact.getGone().getVersionOnly();
            default -> false;
        };
    }

    /** What is older than the version that holds counts no more on these dates, but for those that it has itself. */
    private void retract(ObjectState holding, String source, List<Integer> dates, long timestamp) {
        final Set<Integer> its = new HashSet<>(holding.getDatesList());
        final byte[] value = DayOrder.newBuilder()
                .setRetraction(
                        Retraction.newBuilder().setVersion(holding.getVersion()).setInclusive(its.isEmpty()))
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
