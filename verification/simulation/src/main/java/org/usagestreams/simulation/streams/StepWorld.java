package org.usagestreams.simulation.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A world of actors that never block: each step runs to its end and says when the next is to come. Time goes on from step to
 * step; a step that spends time delays its own actor only. One seed gives one history. For one thread.
 */
final class StepWorld {
    private final Random random;
    private final List<Actor> actors = new ArrayList<>();
    private final Map<String, Node> nodes = new HashMap<>();
    private final Runnable tick;
    private long time;
    private long spent;
    private long steps;
    private Node current;

    private static final class Actor {
        private final Node node;
        private final LongSupplier step;
        private long due;

        Actor(Node node, LongSupplier step, long due) {
            this.node = node;
            this.step = step;
            this.due = due;
        }
    }

    /** A process: its actors end together. */
    private final class Node implements Host {
        private long pausedUntil;
        /** How many places to die are passed before it does; negative for all. */
        private long left = -1;

        @Override
        public long now() {
            return StepWorld.this.now();
        }

        @Override
        public void spend(long millis) {
            spent += millis;
        }

        @Override
        public RandomGenerator random() {
            return random;
        }

        @Override
        public void mayDie() {
            if (left >= 0 && left-- == 0) {
                throw new ProcessKilledError();
            }
        }
    }

    /**
     * A world that begins at this time.
     *
     * @param tick runs whenever time has gone on
     */
    StepWorld(long seed, long time, Runnable tick) {
        random = new Random(seed);
        this.time = time;
        this.tick = tick;
    }

    long now() {
        return time + spent;
    }

    long steps() {
        return steps;
    }

    /** Begins a process; one that has the name is gone. */
    Host start(String name) {
        kill(name);
        final Node node = new Node();
        nodes.put(name, node);
        return node;
    }

    /** Adds an actor to a process; its first step comes within a second. */
    void act(Host host, LongSupplier step) {
        actors.add(new Actor((Node) host, step, now() + random.nextInt(1_000)));
    }

    /** Ends a process at once. */
    void kill(String name) {
        final Node node = nodes.remove(name);
        if (node != null) {
            actors.removeIf(actor -> actor.node == node);
        }
    }

    /** Ends a process after so many places where it may. */
    void killAfter(String name, long places) {
        final Node node = nodes.get(name);
        if (node != null) {
            node.left = places;
        }
    }

    /** A process does nothing for a while. */
    void pause(String name, long millis) {
        final Node node = nodes.get(name);
        if (node != null) {
            node.pausedUntil = now() + millis;
        }
    }

    boolean isAlive(String name) {
        return nodes.containsKey(name);
    }

    /** Lets time pass while nothing runs. */
    void sleep(long millis) {
        time += millis;
        tick.run();
    }

    /** Runs actors until this time, and after each step what looks on. */
    void runUntil(long end, Runnable look) {
        while (true) {
            Actor next = null;
            for (final Actor actor : actors) {
                final long due = Math.max(actor.due, actor.node.pausedUntil);
                if (next == null || due < Math.max(next.due, next.node.pausedUntil)) {
                    next = actor;
                }
            }
            if (next == null || Math.max(next.due, next.node.pausedUntil) > end) {
                time = Math.max(time, end);
                tick.run();
                return;
            }
            time = Math.max(time, Math.max(next.due, next.node.pausedUntil));
            tick.run();
            run(next);
            look.run();
        }
    }

    private void run(Actor actor) {
        steps++;
        spent = 0;
        current = actor.node;
        try {
            actor.due = actor.step.getAsLong();
        } catch (ProcessKilledError e) {
            nodes.values().remove(current);
            final Node dead = current;
            actors.removeIf(other -> other.node == dead);
        } finally {
            spent = 0;
        }
    }
}
