package org.usagestreams.simulation.pipeline;

import java.util.random.RandomGenerator;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.World;
import org.usagestreams.simulation.streams.Host;

/** A node as the machine of a topology's instance. */
record WorldHost(World world, Node node) implements Host {
    @Override
    public long now() {
        return world.now();
    }

    @Override
    public void spend(long millis) {
        world.sleep(millis);
    }

    @Override
    public RandomGenerator random() {
        return world.random();
    }

    @Override
    public void mayDie() {
        world.step("summary");
    }
}
