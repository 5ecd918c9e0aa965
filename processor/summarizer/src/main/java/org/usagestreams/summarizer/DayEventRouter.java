package org.usagestreams.summarizer;

import java.util.function.Consumer;
import org.usagestreams.reference.ReferenceScope;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.SliceEnd;

/**
 * Decides which event marks which day dirty. A day is marked by the end of a slice, by a chunk that comes after its end, by
 * the removal of the end of a slice that the day was summarised with, by a change of reference data, and by a command.
 * Of a slice that leaves before any summary of its day had it, the ledger hears at once.
 *
 * <p>Not thread-safe: each task has its own.
 */
final class DayEventRouter {
    private final State state;
    private final Effects effects;

    /** The task's state, as far as the router needs it. */
    interface State {
        /** Whether the end of the chunk's slice has arrived. */
        boolean hasEnd(ChunkKey key);

        /** Whether the slice was there, and whole, when its day was last summarised. */
        boolean isSummarised(ChunkKey end);

        /** Whether what comes now for the day is refused, since the day is beyond retention. */
        boolean isRefused(DayKey day);

        /** Whether the day has as many objects as it may have, and the slice is that of a further one. */
        boolean isFull(DayKey day, SliceEnd end);

        /** Passes on every known day that a change of reference data may touch. */
        void forEachDay(ReferenceScope scope, Consumer<DayKey> action);
    }

    /** The effects of an event. */
    interface Effects {
        /** The day's inputs changed. */
        void markDirty(DayKey day);

        /** The day is to be summarised again, even if it was set aside. */
        void recompute(DayKey day);

        /** The slice, and with it its object, is not taken. */
        void refuse(DayKey day, SliceEnd end);

        /** The slice, and with it its object, is one too many. */
        void refuseFurther(DayKey day, SliceEnd end);

        /** All dates of the slice's object are known now. */
        void tellSlice(DayKey day, SliceEnd end);

        /** The slice left, and the day never says anything else of it. */
        void tellLeft(DayKey day, SliceEnd end);

        void deadLetter(DayEvent.Unreadable record);
    }

    DayEventRouter(State state, Effects effects) {
        this.state = state;
        this.effects = effects;
    }

    void route(DayEvent event) {
        if (event instanceof DayEvent.ChunkArrived chunk) {
            if (state.hasEnd(chunk.key())) {
                effects.markDirty(chunk.key().day());
            }
        } else if (event instanceof DayEvent.SliceEnded slice) {
            ended(slice.key().day(), slice.end());
        } else if (event instanceof DayEvent.SliceLeft slice) {
            left(slice.key(), slice.end());
        } else if (event instanceof DayEvent.ReferenceChanged reference) {
            state.forEachDay(reference.scope(), effects::markDirty);
        } else if (event instanceof DayEvent.Recompute command) {
            effects.recompute(command.day());
        } else if (event instanceof DayEvent.Unreadable record) {
            effects.deadLetter(record);
        }
    }

    private void left(ChunkKey key, SliceEnd end) {
        if (state.isSummarised(key)) {
            // The next summary tells that it left, in the transaction in which its rows go.
            effects.markDirty(key.day());
        } else if (end != null && !state.isRefused(key.day())) {
            effects.tellLeft(key.day(), end);
        }
    }

    private void ended(DayKey day, SliceEnd end) {
        if (state.isRefused(day)) {
            effects.refuse(day, end);
            return;
        }
        if (state.isFull(day, end)) {
            effects.refuseFurther(day, end);
            return;
        }
        effects.tellSlice(day, end);
        effects.markDirty(day);
    }
}
