package org.usagestreams.reconciler;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares bucket and ledger at start and then at an interval, in one of all splitters. */
public final class ReconcileService {
    private static final Logger LOG = LoggerFactory.getLogger(ReconcileService.class);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Time time;
    private final BooleanSupplier turn;
    private final Round round;
    private final Duration interval;
    private long next;
    private volatile boolean refused;

    /** One comparison. */
    public interface Round {
        /** Compares, and publishes what was missed. */
        Reconciler.Result run() throws Exception;
    }

    /**
     * A service.
     *
     * @param turn whether it is this instance's turn
     * @param interval between comparisons
     */
    public ReconcileService(Time time, BooleanSupplier turn, Round round, Duration interval) {
        this.time = time;
        this.turn = turn;
        this.round = round;
        this.interval = interval;
        next = time.nanoseconds();
    }

    /** Whether the last comparison would have declared more objects removed than the limit allows. */
    public boolean isRefused() {
        return refused;
    }

    /** Compares where that is due and it is this instance's turn. Used by one thread. */
    public void step() {
        if (time.nanoseconds() - next >= 0 && turn.getAsBoolean()) {
            final boolean whole = runOnce();
            next = time.nanoseconds() + (whole || interval.compareTo(AGAIN) < 0 ? interval : AGAIN).toNanos();
        }
    }

    private boolean runOnce() {
        final long start = time.nanoseconds();
        try {
            final Reconciler.Result result = round.run();
            final long millis = (time.nanoseconds() - start) / 1_000_000;
            if (result.late() != null) {
                LOG.warn("reconcile: {}. The rest is compared in the next round.", result.late());
            }
            refused = result.refused() != null;
            if (refused) {
                LOG.error(
                        "{}. Nothing was removed. Check that store.endpoint and store.bucket name the right bucket; if"
                                + " the objects were really removed, run scripts/reconcile --yes",
                        result.refused());
            }
            if (result.created() + result.removed() > 0) {
                LOG.warn(
                        "reconcile: {} objects compared, {} creations and {} removals were missed, {} ms",
                        result.listed(),
                        result.created(),
                        result.removed(),
                        millis);
            } else {
                LOG.info("reconcile: {} objects compared, nothing was missed, {} ms", result.listed(), millis);
            }
            return result.late() == null && result.refused() == null;
        } catch (Exception e) {
            LOG.warn("Cannot compare bucket and ledger: {}. The next round tries again.", e.getMessage());
            LOG.debug("where it failed", e);
            return false;
        }
    }
}
