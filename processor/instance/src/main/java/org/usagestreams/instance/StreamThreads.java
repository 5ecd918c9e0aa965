package org.usagestreams.instance;

import java.time.Duration;
import java.util.List;

/** The stream threads of an instance, as the HTTP interface shows and changes them. */
public interface StreamThreads {
    /**
     * A stream thread.
     *
     * @param state as Kafka Streams names it
     * @param active ids of the tasks that it works on
     * @param standby ids of the tasks whose state it keeps ready for another instance
     */
    record StreamThread(String name, String state, List<String> active, List<String> standby) {}

    /** Those that live, by name. */
    List<StreamThread> threads();

    /**
     * Adds or removes threads, and waits until the rebalance is over.
     *
     * @param count how many there are to be
     * @return whether it was over in time
     */
    boolean resize(int count, Duration within);
}
