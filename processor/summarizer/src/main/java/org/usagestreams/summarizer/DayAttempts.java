package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.chunk.DayKey;

/**
 * Remembers which days an instance has begun to summarise, to find out which of them were lost with an aborted transaction. Kafka Streams
 * does not report a fenced producer: it closes the tasks, restores them and goes on. A day that is restored as dirty since the same moment
 * as when it was begun was not committed.
 *
 * <p>A transaction with a lost day may hold half as many days next time, down to that day alone. A day that itself took at
 * least half of the transaction time-out is the likely cause; it is alone from then on, and the times are counted.
 *
 * <p>Nothing of this is in the state: an abort would roll it back. Nor is it written elsewhere: an instance that is started
 * anew, perhaps with a longer time-out, tries again. Thread-safe.
 */
final class DayAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(DayAttempts.class);

    private final Time time;
    private final long slowNanos;
    private final Map<DayKey, Attempt> begun = new HashMap<>();
    private final Map<DayKey, Suspicion> suspicions = new HashMap<>();
    private TransactionBudget.Transaction lastLost;
    private long lost;
    private int lostInARow;

    private static final class Attempt {
        private final long firstMillis;
        private final TransactionBudget.Transaction transaction;
        private final long startNanos;
        private long nanos;

        Attempt(long firstMillis, TransactionBudget.Transaction transaction, long startNanos) {
            this.firstMillis = firstMillis;
            this.transaction = transaction;
            this.startNanos = startNanos;
        }
    }

    /**
     * What is held against a day.
     *
     * @param most how many days its transaction may hold
     * @param slow how often it took so long that its transaction was lost
     */
    private record Suspicion(int most, int slow) {}

    DayAttempts(Time time, Duration transactionTimeout) {
        this.time = time;
        slowNanos = transactionTimeout.toNanos() / 2;
    }

    /**
     * A day is begun.
     *
     * @param firstMillis since when it is dirty
     */
    synchronized void begin(DayKey day, long firstMillis, TransactionBudget.Transaction transaction) {
        begun.put(day, new Attempt(firstMillis, transaction, time.nanoseconds()));
    }

    /** A day has been worked on, successfully or not. */
    synchronized void end(DayKey day) {
        final Attempt attempt = begun.get(day);
        if (attempt != null) {
            attempt.nanos = time.nanoseconds() - attempt.startNanos;
        }
    }

    /** A day was left as it is. */
    synchronized void cancel(DayKey day) {
        begun.remove(day);
    }

    /** A transaction is committed. */
    synchronized void committed(TransactionBudget.Transaction transaction) {
        for (final DayKey day : transaction.days()) {
            final Attempt attempt = begun.get(day);
            if (attempt != null && attempt.transaction == transaction) {
                begun.remove(day);
                suspicions.remove(day);
            }
        }
        lostInARow = 0;
    }

    /**
     * A task was restored, and with it a dirty day.
     *
     * @param firstMillis since when it is dirty
     */
    synchronized void restored(DayKey day, long firstMillis) {
        final Attempt attempt = begun.remove(day);
        if (attempt == null || attempt.firstMillis != firstMillis) {
            return;
        }
        final int days = attempt.transaction.days().size();
        if (attempt.transaction != lastLost) {
            lastLost = attempt.transaction;
            lost++;
            lostInARow++;
            LOG.warn("A transaction with {} days was not committed; they are summarised again", days);
        }
        final Suspicion before = suspicions.getOrDefault(day, new Suspicion(Integer.MAX_VALUE, 0));
        final boolean slow = attempt.nanos >= slowNanos;
        suspicions.put(
                day,
                new Suspicion(
                        slow ? 1 : Math.max(1, Math.min(before.most(), days) / 2), before.slow() + (slow ? 1 : 0)));
        if (slow) {
            LOG.warn(
                    "day {}: summarising took {} ms, and its transaction was not committed",
                    day,
                    attempt.nanos / 1_000_000);
        }
    }

    /** How many days a transaction with that day may hold. */
    synchronized int most(DayKey day) {
        return suspicions.getOrDefault(day, new Suspicion(Integer.MAX_VALUE, 0)).most();
    }

    /** How often a day took so long that its transaction was lost. */
    synchronized int slow(DayKey day) {
        return suspicions.getOrDefault(day, new Suspicion(0, 0)).slow();
    }

    /** A day begins with a clean record. */
    synchronized void forgive(DayKey day) {
        begun.remove(day);
        suspicions.remove(day);
    }

    /** How many transactions with days were lost so far. */
    synchronized long lost() {
        return lost;
    }

    /** How many of them since the last one was committed. */
    synchronized int lostInARow() {
        return lostInARow;
    }
}
