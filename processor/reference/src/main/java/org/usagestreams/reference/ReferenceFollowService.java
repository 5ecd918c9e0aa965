package org.usagestreams.reference;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows cost management at an interval, in one of all instances. An outage is logged once. Counters may be read by any
 * thread.
 */
public final class ReferenceFollowService {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceFollowService.class);
    private static final long FIRST_RETRY_MILLIS = 1_000;
    private static final long LONGEST_RETRY_MILLIS = 60_000;

    private final Time time;
    private final BooleanSupplier turn;
    private final Comparison comparison;
    private final Duration interval;
    private final ExponentialBackoff backoff;
    private final LongAdder changes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private long next;
    /** Comparisons that failed since the last that did not. */
    private int attempts;

    private volatile boolean mine;
    /** When the last comparison succeeded; when the turn came, where none has since. */
    private volatile long since;

    private volatile ReferenceFollower.Result last = new ReferenceFollower.Result(0, 0, 0);

    /** One comparison. */
    public interface Comparison {
        /** Compares, and publishes what differs. */
        ReferenceFollower.Result run() throws Exception;
    }

    /**
     * A service.
     *
     * @param turn whether it is this instance's turn
     * @param interval between comparisons
     */
    public ReferenceFollowService(Time time, BooleanSupplier turn, Comparison comparison, Duration interval) {
        this.time = time;
        this.turn = turn;
        this.comparison = comparison;
        this.interval = interval;
        backoff = new ExponentialBackoff(
                FIRST_RETRY_MILLIS,
                2,
                Math.max(FIRST_RETRY_MILLIS, Math.min(LONGEST_RETRY_MILLIS, interval.toMillis())),
                0);
    }

    /** Compares where that is due and it is this instance's turn. Used by one thread. */
    public void step() {
        final boolean now = turn.getAsBoolean();
        if (now && !mine) {
            since = time.nanoseconds();
            next = since;
            attempts = 0;
        }
        mine = now;
        if (now && time.nanoseconds() - next >= 0) {
            final Duration pause = compare() ? interval : Duration.ofMillis(backoff.backoff(attempts - 1L));
            next = time.nanoseconds() + pause.toNanos();
        }
    }

    private boolean compare() {
        try {
            last = comparison.run();
            since = time.nanoseconds();
            changes.add(last.changes());
            if (attempts > 0) {
                LOG.info("reference data follows cost management again, after {} failures", attempts);
                attempts = 0;
            }
            return true;
        } catch (Exception e) {
            if (e instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
                // The thread is told to end.
                Thread.currentThread().interrupt();
                return false;
            }
            failures.increment();
            attempts++;
            if (attempts == 1) {
                LOG.warn(
                        "Cannot compare reference data with cost management: {}. It stays as it is, and the comparison"
                                + " is tried again.",
                        e.getMessage());
            }
            LOG.debug("where it failed", e);
            return false;
        }
    }

    /** Seconds since the last comparison that succeeded; 0 where it is another instance's turn, or nobody's. */
    public double ageSeconds() {
        return mine ? (time.nanoseconds() - since) / 1e9 : 0;
    }

    /** Organisations that the last comparison read; 0 where it is another instance's turn. */
    public int organisationsRead() {
        return mine ? last.read() : 0;
    }

    /** Organisations that the last comparison could not read; 0 where it is another instance's turn. */
    public int organisationsFailed() {
        return mine ? last.failed() : 0;
    }

    /** Records that were published since the start. */
    public long changes() {
        return changes.sum();
    }

    /** Comparisons that failed since the start. */
    public long failures() {
        return failures.sum();
    }
}
