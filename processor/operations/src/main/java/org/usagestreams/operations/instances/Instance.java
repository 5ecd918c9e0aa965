package org.usagestreams.operations.instances;

/**
 * A splitter, a processor, or a sink.
 *
 * @param kind what it is
 * @param name of a splitter or processor the name that it keeps over restarts, of a sink the task in its Connect worker
 * @param host where it runs, as the broker sees it; this host's name for one that has died
 * @param state whether it runs
 * @param threads its threads in the consumer group
 * @param partitions that these read
 */
public record Instance(Kind kind, String name, String host, State state, int threads, int partitions) {
    /** Together with another thread of it. */
    Instance and(Instance thread) {
        return new Instance(kind, name, host, state, threads + thread.threads, partitions + thread.partitions);
    }

    /** What runs. */
    public enum Kind {
        SPLITTER,
        PROCESSOR,
        SINK
    }

    /** Whether it runs. */
    public enum State {
        /** It is a member of its consumer group. */
        RUNNING,
        /** It has ended without saying so, and has not come back. */
        DEAD,
        /** Of a kind of which no instance runs. */
        NONE
    }
}
