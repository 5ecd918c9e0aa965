package org.usagestreams.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A world that one seed determines: a virtual clock, and actors that run real blocking code. Exactly one actor runs at a time;
 * another one takes over only at a simulated call ({@link #step}, {@link #sleep}, {@link #await}), and which one follows from
 * the seed. The clock goes on a little with calls, and jumps when all actors wait.
 *
 * <p>{@link #run} is called by the thread that made the world; everything else by actors, by conditions and by ticks, which run
 * under the baton too.
 */
public final class World implements AutoCloseable {
    /** Midday of a day in the past of no test. */
    public static final long EPOCH = 1_767_268_800_000L;

    /** One of so many calls hands the baton on. */
    private static final int SWITCH = 4;

    private final SplittableRandom random;
    private final List<Actor> actors = new ArrayList<>();
    private final List<Tick> ticks = new ArrayList<>();
    private final long maxSteps;
    private Thread main;
    private volatile boolean mainTurn;
    private Actor current;
    private BooleanSupplier until = () -> false;
    private long now = EPOCH;
    private long nextTick;
    private long steps;
    private long trace;
    private boolean closing;
    private String stuck;

    /**
     * What time brings without any actor.
     *
     * @param due when {@link #run} has something to do next; {@link Long#MAX_VALUE} for never
     * @param run does what is due
     */
    private record Tick(LongSupplier due, Runnable run) {}

    /**
     * A world without actors.
     *
     * @param maxSteps a run ends after so many simulated calls
     */
    public World(long seed, long maxSteps) {
        random = new SplittableRandom(seed);
        this.maxSteps = maxSteps;
    }

    /** A process whose wall clock is ahead by so much. */
    public Node node(String name, long skewMillis) {
        return new Node(name, skewMillis);
    }

    /** An actor; it begins when it is chosen. What it throws is its {@link #failures failure}. */
    public void spawn(Node node, String name, Runnable body) {
        final Actor actor = new Actor(name, node, actors.size());
        bodies.add(body);
        actors.add(actor);
    }

    private final List<Runnable> bodies = new ArrayList<>();

    /** Has something done whenever anything is due; what was added last comes first. */
    public void onTick(LongSupplier due, Runnable run) {
        ticks.add(0, new Tick(due, run));
    }

    /** Milliseconds since 1970 of true time. */
    public long now() {
        return now;
    }

    /** Simulated calls so far. */
    public long steps() {
        return steps;
    }

    /** A number that differs between runs which do not do the same; for tests of determinism. */
    public long trace() {
        return trace;
    }

    /** The history's randomness. */
    public RandomGenerator random() {
        return random;
    }

    /** Whether the current actor's node can reach others. */
    public boolean isCut() {
        return current != null && current.node.cutUntil() > now;
    }

    /** The running actor's node; null outside of actors. */
    public Node currentNode() {
        return current == null ? null : current.node;
    }

    /** Exceptions that ended actors, and a reason why the run could not go on, for people. */
    public List<String> failures() {
        final List<String> failures = new ArrayList<>();
        for (final Actor actor : actors) {
            if (actor.failure != null) {
                failures.add(actor.name + " ended: " + actor.failure);
            }
        }
        if (stuck != null) {
            failures.add(stuck);
        }
        return failures;
    }

    /** What ended an actor; null if it runs, ended by itself or crashed. */
    public Throwable failure(String name) {
        return actors.stream()
                .filter(actor -> actor.name.equals(name) && actor.failure != null)
                .map(actor -> actor.failure)
                .findFirst()
                .orElse(null);
    }

    /** Runs actors until the condition holds, all of them have ended, or nothing can go on. */
    public void run(BooleanSupplier condition) {
        main = Thread.currentThread();
        until = condition;
        current = null;
        handOn();
    }

    /**
     * A simulated call: the node may be killed or paused here, and another actor may go on.
     *
     * @throws SimulatedCrash if the node has crashed
     */
    public void step(String what) {
        final Actor actor = current;
        if (actor == null) {
            return;
        }
        die(actor);
        steps++;
        trace = trace * 31 + what.hashCode() + actor.number * 7L + now;
        final int draw = random.nextInt(2 * SWITCH);
        now += draw & 1;
        if (actor.node.countStep(now) || draw < 2 || steps > maxSteps || now >= nextTick) {
            actor.wakeAt = now;
            actor.condition = null;
            handOn();
            die(actor);
        }
    }

    /** Sleeps; others go on. */
    public void sleep(long millis) {
        await(() -> false, millis);
    }

    /** Waits until a condition holds, at most so long; whether it holds. The condition must not change anything. */
    public boolean await(BooleanSupplier condition, long millis) {
        final Actor actor = current;
        if (actor == null) {
            throw new IllegalStateException("only an actor can wait");
        }
        die(actor);
        steps++;
        actor.node.countStep(now);
        actor.wakeAt = millis > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + millis;
        actor.condition = condition;
        handOn();
        die(actor);
        return condition.getAsBoolean();
    }

    private static void die(Actor actor) {
        if (actor.node.isCrashed()) {
            throw new SimulatedCrash(actor.node.name());
        }
    }

    /** Gives the baton to whoever is next, and waits for it. */
    private void handOn() {
        final Actor from = current;
        final Actor next = next();
        if (next == from && next != null) {
            return;
        }
        current = next;
        if (next == null) {
            mainTurn = true;
            LockSupport.unpark(main);
        } else {
            next.resume(() -> body(next));
        }
        if (from == null) {
            while (!mainTurn) {
                LockSupport.park(this);
            }
            mainTurn = false;
        } else if (!from.ended) {
            from.awaitTurn();
        }
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private void body(Actor actor) {
        actor.attach();
        actor.awaitTurn();
        try {
            die(actor);
            bodies.get(actor.number).run();
        } catch (SimulatedCrash e) {
            // Its node is gone.
        } catch (RuntimeException | Error e) {
            actor.failure = e;
        }
        actor.ended = true;
        handOn();
    }

    /** Chooses who goes on, and moves the clock where nobody can; null for the main thread. */
    private Actor next() {
        final List<Actor> ready = new ArrayList<>(actors.size());
        while (true) {
            long earliest = Long.MAX_VALUE;
            if (!closing && (steps > maxSteps || until.getAsBoolean())) {
                if (steps > maxSteps) {
                    stuck = "no end after " + maxSteps + " steps";
                }
                return null;
            }
            tick();
            for (final Actor actor : actors) {
                if (actor.ended) {
                    continue;
                }
                final long at = readyAt(actor);
                if (at <= now) {
                    ready.add(actor);
                } else {
                    earliest = Math.min(earliest, at);
                }
            }
            if (!ready.isEmpty()) {
                return ready.get(ready.size() == 1 ? 0 : random.nextInt(ready.size()));
            }
            earliest = Math.min(earliest, nextTick);
            if (earliest == Long.MAX_VALUE) {
                if (actors.stream().anyMatch(actor -> !actor.ended)) {
                    stuck = "all actors wait for each other";
                }
                return null;
            }
            now = Math.max(now, earliest);
        }
    }

    private long readyAt(Actor actor) {
        if (actor.node.isCrashed()) {
            return now;
        }
        final boolean holds = actor.condition != null && actor.condition.getAsBoolean();
        return Math.max(holds ? now : actor.wakeAt, actor.node.pausedUntil());
    }

    private void tick() {
        if (now < nextTick) {
            // What is due may have come nearer by what actors did.
            nextTick = due();
        }
        if (now >= nextTick) {
            ticks.forEach(tick -> tick.run().run());
            nextTick = Math.max(due(), now + 1);
        }
    }

    private long due() {
        long due = Long.MAX_VALUE;
        for (final Tick tick : ticks) {
            due = Math.min(due, tick.due().getAsLong());
        }
        return due;
    }

    /** Ends all actors. */
    @Override
    public void close() {
        closing = true;
        actors.forEach(actor -> actor.node.crash());
        current = null;
        if (actors.stream().anyMatch(actor -> !actor.ended)) {
            handOn();
        }
    }
}
