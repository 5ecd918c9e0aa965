package org.usagestreams.splitter;

import java.util.ArrayList;
import java.util.List;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;

/** Keeps what notifications lead to, but for the chunks. */
final class HandledRecords implements NotificationHandler.Output {
    final List<ObjectFact> facts = new ArrayList<>();
    final List<DeadLetter> deadLetters = new ArrayList<>();

    /** Ids of dead letters that are settled. */
    final List<String> settled = new ArrayList<>();

    @Override
    public void chunk(ChunkKey key, byte[] value) {}

    @Override
    public void fact(ObjectFact fact) {
        facts.add(fact);
    }

    @Override
    public void deadLetter(DeadLetter deadLetter) {
        deadLetters.add(deadLetter);
    }

    @Override
    public void settled(String deadLetter) {
        settled.add(deadLetter);
    }

    List<ObjectFact.FactCase> cases() {
        return facts.stream().map(ObjectFact::getFactCase).toList();
    }
}
