package org.usagestreams.simulation.streams;

import java.time.Duration;

/**
 * How an instance works; what {@code SummaryService} sets of Kafka Streams.
 *
 * @param application the group
 * @param instance name of the static membership and of the process's transactions
 * @param threads stream threads
 * @param session how long a member may say nothing
 * @param commit how often work is committed
 * @param transactionTimeout of the producers
 * @param maxRequestBytes largest record that the producers send
 * @param changelogTombstones how long changelogs keep tombstones
 * @param usableState state that has not followed its changelogs for longer is removed at the start
 * @param dayMillis time that passes with each search of the {@code published} store, which is once for each pass over a day
 */
public record StreamsOptions(
        String application,
        String instance,
        int threads,
        Duration session,
        Duration commit,
        Duration transactionTimeout,
        int maxRequestBytes,
        Duration changelogTombstones,
        Duration usableState,
        long dayMillis) {}
