package org.usagestreams.summarizer;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectState;
import org.usagestreams.wire.message.Retraction;

/**
 * Remembers of each object the version that holds and its dates, and retracts older ones from the dates that it does not
 * have: those of the version before it, and any on which an older one turns up late. A removed object has no dates. On a
 * date that both versions have, the day itself replaces the one by the other, so that neither is ever missing.
 */
final class ObjectVersions extends ContextualProcessor<String, ObjectFact, String, byte[]> {
    private final TopologySettings settings;
    private final InstanceWork work;
    private ProtobufStore<ObjectState> objects;
    private Sweep<byte[]> sweep;

    ObjectVersions(TopologySettings settings, InstanceWork work) {
        this.settings = settings;
        this.work = work;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        final KeyValueStore<String, byte[]> store = context.getStateStore(Names.OBJECTS);
        objects = new ProtobufStore<>(store, ObjectState.parser());
        sweep = Sweep.schedule(
                settings,
                context,
                work.budget(),
                store,
                (key, state, retention) -> retention.isForgotten(ObjectState.parseFrom(state)));
    }

    @Override
    public void close() {
        sweep.close();
    }

    @Override
    public void process(Record<String, ObjectFact> record) {
        final ObjectFact fact = record.value();
        if (!tellsWhatHolds(fact)) {
            return;
        }
        final ObjectState held = objects.get(record.key());
        final ObjectState state = ObjectState.newBuilder()
                .setVersion(fact.getVersion())
                .setOrganisation(fact.getOrganisation())
                .setSource(fact.getSource())
                .addAllDates(
                        fact.hasSplit()
                                ? fact.getSplit().getDatesList()
                                : fact.getSliceSeen().getDatesList())
                .build();
        final boolean nothing = state.getDatesCount() == 0;
        final boolean heldNothing = held != null && held.getDatesCount() == 0;
        final int time = held == null ? 1 : Versions.BY_TIME.compare(state.getVersion(), held.getVersion());
        final int order = held == null ? 1 : Versions.BY_EVENT.compare(state.getVersion(), held.getVersion());
        // Of what is said of one event, the word that there is nothing is the last.
        final boolean newer = time > 0 || (time == 0 && (nothing || (order > 0 && !heldNothing)));
        // The splitter's word on the version that holds: where it was split again, it may have other dates than before.
        final boolean again = order == 0 && fact.hasSplit() && !heldNothing && !state.equals(held);
        if (newer || again) {
            objects.put(record.key(), state);
            if (held != null) {
                retract(state, held, held.getDatesList(), record.timestamp());
            }
        } else if (fact.hasSliceSeen()) {
            // Of an older version, or of a date that this one no longer has.
            retract(held, state, List.of(fact.getSliceSeen().getDate()), record.timestamp());
        }
    }

    /** Slices of a version, or the word that it has none. */
    private static boolean tellsWhatHolds(ObjectFact fact) {
        return switch (fact.getFactCase()) {
            case SLICE_SEEN, SPLIT, FAILED -> true;
            case IGNORED -> !fact.getSource().isEmpty();
            case GONE -> !fact.getGone().getKept() && !fact.getGone().getVersionOnly();
            default -> false;
        };
    }

    /**
     * What is older than the version that holds no longer counts on these dates, but for those that it has itself. Neither
     * does what an earlier splitting of the version itself left there.
     *
     * @param older whose dates they are
     */
    private void retract(ObjectState holding, ObjectState older, List<Integer> dates, long timestamp) {
        final Set<Integer> its = new HashSet<>(holding.getDatesList());
        final byte[] value = DayCommand.newBuilder()
                .setRetraction(
                        Retraction.newBuilder().setVersion(holding.getVersion()).setInclusive(its.isEmpty()))
                .build()
                .toByteArray();
        for (final int date : dates) {
            if (!its.contains(date)) {
                final DayKey day = new DayKey(older.getOrganisation(), older.getSource(), LocalDate.ofEpochDay(date));
                context().forward(new Record<>(day.toString(), value, timestamp));
            }
        }
    }
}
