package org.usagestreams.splitter;

import java.time.Duration;
import org.apache.kafka.common.utils.Time;

/**
 * Limits of a lane of the splitter for one notification. The first lane hands on what exceeds them, so no other object waits for it. The
 * second lane cannot hand on, and rejects what exceeds its limits.
 *
 * @param handsOn whether it is the first lane
 * @param objectBytes a larger object is more
 * @param time of all objects of a notification together
 * @param outputBytes chunks of all objects of a notification together; in the second lane those over the bytes that the objects are
 *     stored in, so that a large object is not taken for one that is made to become large
 * @param quotas what each source has used
 */
record Lane(boolean handsOn, long objectBytes, Duration time, long outputBytes, SourceQuotas quotas) {

    /**
     * The first lane.
     *
     * @param bufferBytes chunks that it holds in memory
     */
    static Lane first(SecondLane second, long bufferBytes, SourceQuotas quotas) {
        return new Lane(true, second.fromBytes(), second.fromTime(), bufferBytes, quotas);
    }

    /** The second lane. */
    static Lane second(SecondLane second, ObjectTime objectTime) {
        return new Lane(
                false, Long.MAX_VALUE, objectTime.longest(), second.outputBytes(), new SourceQuotas(SourceQuota.NONE));
    }

    /** Begins an attempt at a notification. */
    LaneBudget begin(Time clock) {
        return new LaneBudget(this, clock);
    }
}
