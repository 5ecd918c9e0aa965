package org.usagestreams.operations.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.reconciler.InFlight;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.summarizer.StateStore;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.LastRecords;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.message.Reading;

/**
 * Waits, step by step, until a replay is done: read, summarised, loaded. It only reads topics and offsets of groups, so it can be
 * interrupted and started again.
 */
public final class Completion implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ReplayTarget target;
    private final Time time;
    private final Admin admin;
    private final LastRecords records;
    private final ApplicationNames application;
    private final long deadline;

    /** The time was up; what was waited for goes on by itself. */
    public static final class TimedOutException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TimedOutException(String late) {
            super(late);
        }
    }

    /**
     * Waits for an application.
     *
     * @param within how long for all steps together
     */
    Completion(ReplayTarget target, String application, Duration within) {
        this.target = target;
        time = target.time();
        this.application = new ApplicationNames(application);
        admin = target.admin();
        records = new LastRecords(target.clients(), target.kafka(), target.time());
        deadline = time.nanoseconds() + within.toNanos();
    }

    /** Where each partition's last record is now. */
    Map<TopicPartition, Long> ends(String topic) {
        final Map<TopicPartition, Long> ends = new HashMap<>();
        final int partitions = SummaryGroup.get(
                        admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions()
                .size();
        for (int number = 0; number < partitions; number++) {
            ends.put(new TopicPartition(topic, number), records.end(topic, number));
        }
        return ends;
    }

    /**
     * Until a group has read up to these offsets.
     *
     * @param left hears how many offsets are left
     */
    void awaitRead(String group, Map<TopicPartition, Long> ends, LongConsumer left) {
        long behind = GroupOffsets.of(admin, group).behind(ends);
        left.accept(behind);
        while (behind > 0) {
            pause("group " + group + " is " + behind + " offsets behind on "
                    + ends.keySet().iterator().next().topic());
            behind = GroupOffsets.of(admin, group).behind(ends);
            left.accept(behind);
        }
    }

    /** Until no task reads the chunk topic anew any more. */
    void awaitReadAnew() {
        try (Changelog reading = changelog(StateStore.READING)) {
            while (isReadAnew(reading)) {
                pause("not all tasks have read the chunk topic to its end");
            }
        }
    }

    /** Whether a task reads the chunk topic anew. */
    boolean isReadAnew() {
        try (Changelog reading = changelog(StateStore.READING)) {
            return isReadAnew(reading);
        }
    }

    private static boolean isReadAnew(Changelog reading) {
        return reading.now().values().stream()
                .flatMap(entries -> entries.values().stream())
                .anyMatch(value -> {
                    try {
                        return Reading.parseFrom(value).getAnew();
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(
                                "Cannot parse a record of the changelog of store " + StateStore.READING, e);
                    }
                });
    }

    /** Days that are dirty now. */
    Set<String> dirty() {
        try (Changelog dirty = changelog(StateStore.DIRTY)) {
            return new HashSet<>(dirty.keys());
        }
    }

    /**
     * Until each of these days has been summarised.
     *
     * @param left hears how many are left
     */
    void awaitSummarised(Collection<String> days, LongConsumer left) {
        final Set<String> open = new HashSet<>(days);
        try (Changelog dirty = changelog(StateStore.DIRTY)) {
            while (true) {
                open.retainAll(new HashSet<>(dirty.keys()));
                left.accept(open.size());
                if (open.isEmpty()) {
                    return;
                }
                pause(open.size() + " days are not summarised yet");
            }
        }
    }

    /** Until the rows that are published now are in PostgreSQL. */
    void awaitLoaded() {
        final InFlight.Leg summary =
                new InFlight.Leg(target.topic(TopicRole.SUMMARY), target.sink(), target::sinkPositions);
        try (InFlight way = new InFlight(target.clients(), time, target.kafka(), List.of(summary))) {
            final String late = way.await(Duration.ofNanos(Math.max(0, deadline - time.nanoseconds())));
            if (late != null) {
                throw new TimedOutException(late);
            }
        }
    }

    /** An application that was just started makes its changelogs in its own time. */
    private Changelog changelog(StateStore store) {
        while (true) {
            try {
                return new Changelog(target, application, store);
            } catch (IllegalStateException e) {
                pause(e.getMessage());
            }
        }
    }

    private void pause(String late) {
        if (time.nanoseconds() > deadline) {
            throw new TimedOutException(late);
        }
        time.sleep(LOOK.toMillis());
    }

    Admin admin() {
        return admin;
    }

    @Override
    public void close() {
        records.close();
        admin.close();
    }
}
