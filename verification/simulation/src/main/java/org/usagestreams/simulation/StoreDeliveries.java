package org.usagestreams.simulation;

import java.util.PriorityQueue;

/** Notifications of a store that are on their way: late, more than once, and so in another order. */
final class StoreDeliveries {
    /** Time between two copies of a notification. */
    private static final long COPY_MILLIS = 50;

    private final World world;
    private final SimulatedStore.Sink sink;
    private final PriorityQueue<Sent> sent = new PriorityQueue<>();
    private long sequence;

    private record Sent(long due, long sequence, String key, byte[] value) implements Comparable<Sent> {
        @Override
        public int compareTo(Sent other) {
            return due != other.due ? Long.compare(due, other.due) : Long.compare(sequence, other.sequence);
        }
    }

    StoreDeliveries(World world, SimulatedStore.Sink sink) {
        this.world = world;
        this.sink = sink;
        world.onTick(() -> sent.isEmpty() ? Long.MAX_VALUE : sent.peek().due(), this::deliver);
    }

    /** Sends a record so many times, the first after a delay. */
    void send(String key, byte[] value, int copies, long delayMillis) {
        for (int i = 0; i < copies; i++) {
            sent.add(new Sent(world.now() + delayMillis + i * COPY_MILLIS, sequence++, key, value));
        }
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    private void deliver() {
        while (!sent.isEmpty() && sent.peek().due() <= world.now()) {
            final Sent next = sent.poll();
            sink.send(next.key(), next.value());
        }
    }
}
