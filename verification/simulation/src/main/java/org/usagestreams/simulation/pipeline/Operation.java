package org.usagestreams.simulation.pipeline;

import java.util.List;

/**
 * One thing that happens in a history.
 *
 * @param after milliseconds after the operation before it
 * @param what what happens
 * @param a the object, or the process
 * @param b see the kind
 * @param c see the kind
 * @param dates of contents, by number
 */
record Operation(long after, Kind what, int a, int b, int c, List<Integer> dates) {
    /** Keeps a copy of the dates. */
    Operation {
        dates = List.copyOf(dates);
    }

    /** What can happen. */
    enum Kind {
        /** Object a is uploaded with contents b; its event comes c milliseconds later. */
        PUT,
        /** As PUT, and the event comes twice. */
        PUT_TWICE_TOLD,
        /** As PUT, and the event gets lost. */
        PUT_NOT_TOLD,
        /** As PUT, and readers see it c milliseconds later; its event comes at once. */
        PUT_SEEN_LATE,
        /** Object a is removed; its event comes c milliseconds later. */
        REMOVE,
        /** As REMOVE, and the event gets lost. */
        REMOVE_NOT_TOLD,
        /** Object a is removed in a batch: the event is stamped and sent b milliseconds after the removal. */
        REMOVE_IN_BATCH,
        /** Versions of object a that are not current expire. */
        EXPIRE_NONCURRENT,
        /** Tags of object a change; with b = 1 they are removed. */
        TAG,
        /** The store fails for c milliseconds, in the way b. */
        STORE_FAILS,
        /** The store refuses to give object a for c milliseconds. */
        FORBID,
        /** The store is empty for c milliseconds, as a wrong or fresh one is. */
        STORE_EMPTY,
        /** Listings show for c milliseconds what the bucket has now. */
        OLD_LISTING,
        /** Splitter a is killed at its step b from now. */
        KILL_SPLITTER,
        /** Splitter a is paused at its step b from now, for c milliseconds. */
        PAUSE_SPLITTER,
        /** Splitter a has no network for c milliseconds. */
        CUT_SPLITTER,
        /** Splitter a starts, where it does not run. */
        START_SPLITTER,
        /** Instance a of the topology is killed at its step b from now. */
        KILL_SUMMARY,
        /** Instance a of the topology is paused at its step b from now, for c milliseconds. */
        PAUSE_SUMMARY,
        /** Instance a of the topology starts, where it does not run; with b = 1 on a new disk. */
        START_SUMMARY,
        /** The sinks, and the watch that tells what is loaded, are killed at their step b from now. */
        KILL_SINKS,
        /** The sinks start, where they do not run. */
        START_SINKS,
        /** All topics are compacted, and records beyond retention removed. */
        COMPACT,
        /** Someone has all days summarised again; the command is killed at its step b, or never where b is 0. */
        REPLAY_DAYS,
        /** Someone has all objects split again; the command is killed at its step b, or never where b is 0. */
        REPLAY_BUCKET,
        /**
         * Someone stops the topology, has the chunk topic read from its beginning, and starts it again; the command is killed at
         * its step b, or never where b is 0.
         */
        REPLAY_TOPIC
    }

    @Override
    public String toString() {
        return "+" + after + "ms " + what + " " + a + " " + b + " " + c + (dates.isEmpty() ? "" : " dates " + dates);
    }
}
