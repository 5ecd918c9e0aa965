package org.usagestreams.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** The clocks of a node: monotonic time as it is, wall time with the node's skew. Sleeping hands the baton on. */
public final class NodeTime implements Time {
    private final World world;
    private final Node node;

    /** The clocks of this node. */
    public NodeTime(World world, Node node) {
        this.world = world;
        this.node = node;
    }

    @Override
    public long milliseconds() {
        return world.now() + node.skewMillis();
    }

    @Override
    public long nanoseconds() {
        return TimeUnit.MILLISECONDS.toNanos(world.now() - World.EPOCH);
    }

    @Override
    public void sleep(long millis) {
        world.sleep(millis);
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadline) {
        world.await(condition::get, Math.max(0, deadline - milliseconds()));
    }

    /** The wall clock. */
    public Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException("the simulated clock tells UTC");
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(milliseconds());
            }

            @Override
            public long millis() {
                return milliseconds();
            }
        };
    }
}
