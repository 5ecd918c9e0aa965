package org.usagestreams.splitter;

import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.splitter.HandOnException.Cause;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.notification.ReportKey;

/** How much of its lane's limits one attempt at a notification has used. Not thread-safe. */
final class LaneBudget {
    private final Lane lane;
    private final Time time;
    private final long deadline;
    private long outputBytes;
    private long storedBytes;

    LaneBudget(Lane lane, Time time) {
        this.lane = lane;
        this.time = time;
        deadline = time.nanoseconds() + lane.time().toNanos();
    }

    /** When the time for all objects of the notification is over, in nanoseconds. */
    long deadline() {
        return deadline;
    }

    /**
     * Counts an object before the store is asked for it.
     *
     * @throws HandOnException if its source has used up a quota
     */
    void admit(ReportKey report) throws HandOnException {
        final Optional<String> exceeded = lane.quotas().take(name(report), time.nanoseconds());
        if (exceeded.isPresent()) {
            throw new HandOnException(Cause.QUOTA, "its source has used up " + exceeded.get());
        }
    }

    /** @throws HandOnException if the object is too large for the lane */
    void admit(ObjectStore.Stored stored) throws HandOnException {
        storedBytes += stored.size();
        if (lane.handsOn() && stored.size() > lane.objectBytes()) {
            throw new HandOnException(
                    Cause.SIZE,
                    "its " + stored.size() + " bytes are over splitter.large.from.bytes=" + lane.objectBytes());
        }
    }

    /** Counts what was read of an object. */
    void count(ReportKey report, ObjectStore.Stored stored, SplitResult result) {
        lane.quotas().count(name(report), stored.size(), result.rows(), time.nanoseconds());
    }

    /**
     * Counts bytes of chunks.
     *
     * @throws OutputTooLargeException if they are more than the lane takes
     */
    void output(long bytes) throws OutputTooLargeException {
        outputBytes += bytes;
        if (lane.handsOn() && outputBytes > lane.outputBytes()) {
            throw new OutputTooLargeException(
                    "its chunks take more than " + lane.outputBytes() + " bytes (setting splitter.buffer.bytes)");
        }
        if (!lane.handsOn() && outputBytes - storedBytes > lane.outputBytes()) {
            throw new OutputTooLargeException("its chunks take over " + lane.outputBytes()
                    + " bytes (setting splitter.large.output.bytes) more than its " + storedBytes + " stored bytes");
        }
    }

    /** @throws HandOnException if the store did not answer in time, so that the second lane has to wait for it */
    void handOnLate(StoreException e) throws HandOnException {
        final boolean unclear =
                e.kind() == StoreException.Kind.UNAVAILABLE || e.kind() == StoreException.Kind.UNREADABLE;
        if (lane.handsOn() && unclear && time.nanoseconds() - deadline > 0) {
            throw late();
        }
    }

    /** @throws HandOnException if the object was rejected for what the second lane has more of */
    void handOnCostly(RejectedObjectException e) throws HandOnException {
        final Optional<ObjectBudget.OverBudgetException> over = ReadFailures.overBudget(e);
        if (lane.handsOn() && over.isPresent()) {
            throw new HandOnException(over.get().cause, e.getMessage());
        }
    }

    /**
     * Hands on, or rejects, what was interrupted because it is more than the lane does.
     *
     * @return the rejection; empty if the object took longer than it may by its size
     * @throws HandOnException in the first lane
     * @throws IOException the cause, where it is another one
     */
    Optional<RejectedObjectException> brokenOff(IOException cause) throws HandOnException, IOException {
        if (cause instanceof OutputTooLargeException) {
            if (lane.handsOn()) {
                throw new HandOnException(Cause.OUTPUT, cause.getMessage());
            }
            return Optional.of(new RejectedObjectException(cause.getMessage(), null, cause));
        }
        if (!(cause instanceof SlowObjectException)) {
            throw cause;
        }
        if (lane.handsOn()) {
            throw late();
        }
        return Optional.empty();
    }

    private HandOnException late() {
        return new HandOnException(
                Cause.TIME,
                "it takes longer than splitter.large.from.ms=" + lane.time().toMillis());
    }

    private static String name(ReportKey report) {
        return report.organisation() + "|" + report.source();
    }
}
