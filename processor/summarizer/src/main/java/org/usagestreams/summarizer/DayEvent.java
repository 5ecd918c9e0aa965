package org.usagestreams.summarizer;

import org.usagestreams.reference.ReferenceScope;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.SliceEnd;

/** In-memory messages of a task's processors to the summary of days. No component is null unless it says so. */
sealed interface DayEvent {
    /** A record of the chunk topic has been read. Every such record causes one event, so its offset is known. */
    sealed interface OfChunkTopic extends DayEvent {}

    /** A chunk was added or replaced. */
    record ChunkArrived(ChunkKey key) implements OfChunkTopic {}

    /** The end of a slice was added or replaced. */
    record SliceEnded(ChunkKey key, SliceEnd end) implements OfChunkTopic {}

    /**
     * The end of a slice was removed.
     *
     * @param end what was removed; null if it is not known or cannot be read
     */
    record SliceLeft(ChunkKey key, SliceEnd end) implements OfChunkTopic {}

    /** The record changed no input of a day. */
    record NothingChanged() implements OfChunkTopic {}

    /**
     * The record cannot be read.
     *
     * @param key the record's key, empty if it has none
     * @param payload the start of the record's value as a dead letter carries it; null if it has none
     */
    record Unreadable(String key, String payload, String reason) implements OfChunkTopic {}

    /** Reference data changed that these days are summarised with. */
    record ReferenceChanged(ReferenceScope scope) implements DayEvent {}

    /** A command asks for a day to be summarised again. */
    record Recompute(DayKey day) implements DayEvent {}
}
