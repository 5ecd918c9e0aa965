package org.usagestreams.crash;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.standalone.ProcessCluster.Network;
import org.usagestreams.standalone.ProcessCluster.Part;

/** Kills parts and cuts networks at random, and repairs them after a moment. */
final class Faults {
    private static final Duration LONGEST_DOWN = Duration.ofSeconds(2);
    private static final Duration LONGEST_CUT = Duration.ofSeconds(4);

    /** The kind of fault before there was any. */
    static final String NONE = "none yet";

    private final ProcessCluster cluster;
    private final Random random;
    private final SinkFaults sink;
    private final Deque<Fault> deck = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private volatile String last = NONE;

    /** What can be killed. */
    enum Victim {
        INTAKE,
        SPLITTER,
        PROCESSOR,
        CONNECT,
        BROKER,
        POSTGRES
    }

    /**
     * Faults of a cluster, in an order that the seed tells.
     *
     * @param tableEmptied told that all rows are gone, as one of the faults has it
     */
    Faults(ProcessCluster cluster, long seed, Runnable tableEmptied) {
        this.cluster = cluster;
        random = new Random(seed);
        sink = new SinkFaults(cluster, random, this::note, tableEmptied);
    }

    /** The next fault; before any comes again, each has been. */
    void next() throws IOException {
        if (deck.isEmpty()) {
            final List<Fault> all = new ArrayList<>();
            for (final Victim victim : Victim.values()) {
                all.add(() -> kill(List.of(victim)));
            }
            for (final Network network : Network.values()) {
                all.add(() -> cut(network, false));
                all.add(() -> cut(network, true));
            }
            for (int i = 0; i < 4; i++) {
                all.add(this::killTwo);
            }
            all.addAll(sink.all());
            Collections.shuffle(all, random);
            deck.addAll(all);
        }
        deck.pop().run();
    }

    /** What has been done since it was last asked. */
    List<String> drain() {
        final List<String> drained = List.copyOf(done);
        done.clear();
        last = NONE;
        return drained;
    }

    /**
     * The kind of the last fault that has begun since the faults were last drained. What a fault does to the table can show long
     * after it is mended, so it counts until the next one begins. May be called from any thread.
     */
    String last() {
        return last;
    }

    /** Something else was done. */
    void note(String what) {
        done.add(what);
        last = what;
    }

    private void killTwo() throws IOException {
        final List<Victim> two = new ArrayList<>(List.of(Victim.values()));
        Collections.shuffle(two, random);
        kill(two.subList(0, 2));
    }

    private void kill(List<Victim> victims) throws IOException {
        note("kill "
                + String.join(
                        " and ", victims.stream().map(Faults::name).sorted().toList()));
        for (final Victim victim : victims) {
            if (victim == Victim.POSTGRES) {
                cluster.killPostgres();
            } else {
                cluster.kill(Part.valueOf(victim.name()), 0);
            }
        }
        rest(LONGEST_DOWN);
        // What others need comes first: a service that finds no broker is started anew by whoever watches over it.
        final List<Victim> order = new ArrayList<>(victims);
        order.sort(Collections.reverseOrder());
        for (final Victim victim : order) {
            if (victim == Victim.POSTGRES) {
                cluster.revivePostgres();
            } else {
                cluster.start(Part.valueOf(victim.name()), 0);
            }
        }
    }

    private void cut(Network network, boolean reset) {
        note((reset ? "reset the network to " : "cut the network to ") + name(network));
        if (reset) {
            cluster.link(network).reset();
        } else {
            cluster.link(network).cut();
        }
        rest(LONGEST_CUT);
        cluster.link(network).restore();
    }

    private static String name(Enum<?> what) {
        return what.name().toLowerCase(Locale.ROOT);
    }

    private void rest(Duration most) {
        LockSupport.parkNanos((long) (most.toNanos() * random.nextDouble()));
    }
}
