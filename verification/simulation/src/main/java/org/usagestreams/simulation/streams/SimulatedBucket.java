package org.usagestreams.simulation.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.simulation.streams.SimulatedReports.Contents;
import org.usagestreams.wire.message.ObjectVersion;

/** A bucket and its notifications, in a queue that redelivers and reorders. For histories of the topology alone. */
final class SimulatedBucket {
    static final String NAME = "reports";

    private final int sources;
    private final Map<Integer, Put> objects = new TreeMap<>();
    private final List<Notification> queue = new ArrayList<>();
    /** All uploads by namespace and event, to judge what the ledger says. */
    private final Map<Integer, List<Notification>> events = new TreeMap<>();

    private long lastEvent;

    /** An object as it is. */
    record Put(Contents contents, long eventMillis) {}

    /**
     * An event.
     *
     * @param contents null for a removal
     */
    record Notification(int object, Contents contents, long eventMillis) {}

    SimulatedBucket(int sources) {
        this.sources = sources;
    }

    int sources() {
        return sources;
    }

    /**
     * Uploads an object.
     *
     * @param at place in the queue from its end, for notifications that overtake
     */
    void put(Contents contents, long now, int at, int times) {
        lastEvent = Math.max(lastEvent + 1, now);
        objects.put(contents.object(), new Put(contents, lastEvent));
        notify(new Notification(contents.object(), contents, lastEvent), at, times);
    }

    /** Removes an object; does nothing if it is not there. */
    void delete(int object, long now, int at, int times) {
        if (objects.remove(object) != null) {
            lastEvent = Math.max(lastEvent + 1, now);
            notify(new Notification(object, null, lastEvent), at, times);
        }
    }

    private void notify(Notification notification, int at, int times) {
        events.computeIfAbsent(notification.object(), object -> new ArrayList<>())
                .add(notification);
        for (int i = 0; i < times; i++) {
            queue.add(Math.max(0, queue.size() - at * i - at), notification);
        }
    }

    /** The next notifications; they stay until they are {@link #handled}. */
    List<Notification> pending(int most) {
        return List.copyOf(queue.subList(0, Math.min(most, queue.size())));
    }

    void handled(List<Notification> done) {
        done.forEach(queue::remove);
    }

    boolean isIdle() {
        return queue.isEmpty();
    }

    Put current(int object) {
        return objects.get(object);
    }

    Map<Integer, Put> objects() {
        return objects;
    }

    List<Notification> events(int object) {
        return events.getOrDefault(object, List.of());
    }

    String source(int object) {
        return SimulatedReports.source(object, sources);
    }

    ObjectVersion version(Notification notification) {
        return ObjectVersion.newBuilder()
                .setBucket(NAME)
                .setKey(SimulatedReports.key(notification.object(), sources))
                .setEtag(
                        notification.contents() == null
                                ? ""
                                : notification.contents().etag())
                .setEventTimeMillis(notification.eventMillis())
                .setSequencer(String.format("%016x", notification.eventMillis()))
                .setUploadedMillis(notification.eventMillis())
                .build();
    }
}
