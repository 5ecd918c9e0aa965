package org.usagestreams.operations.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.topics.TopicRole;

/** The steps that a replay waits for, each with a progress bar. Not thread-safe. */
final class ReplaySteps {
    private final ReplayTarget target;
    private final Replay.Bars bars;

    /** Steps of a system. */
    ReplaySteps(ReplayTarget target, Replay.Bars bars) {
        this.target = target;
        this.bars = bars;
    }

    /** Until a group has read a topic up to where it ends now; where it has, no bar is shown. */
    void awaitRead(Completion who, String reader, String topic, String step) {
        final Map<TopicPartition, Long> ends = who.ends(topic);
        final List<Replay.Bar> bar = new ArrayList<>();
        try {
            who.awaitRead(reader, ends, left -> {
                if (bar.isEmpty() && left > 0) {
                    bar.add(bars.begin(step, left));
                }
                bar.forEach(shown -> shown.accept(left));
            });
        } finally {
            bar.forEach(Replay.Bar::close);
        }
    }

    /** Until days are summarised that are, or will be, due. */
    void awaitSummarised(Completion who, Set<String> days) {
        if (days.isEmpty()) {
            return;
        }
        try (Replay.Bar bar = bars.begin("summarise", days.size())) {
            who.awaitSummarised(days, bar);
        }
    }

    /** Until the rows that are published now are in PostgreSQL. */
    void awaitLoaded(Completion who) {
        who.awaitLoaded();
    }

    /** Until an application has read, and summarised, all that there is. */
    void awaitCaughtUp(Completion who, String application) {
        awaitRead(who, application, target.topic(TopicRole.CHUNKS), "read");
        awaitRead(who, application, target.topic(TopicRole.REFERENCE), "reference");
        who.awaitReadAnew();
        awaitSummarised(who, who.dirty());
    }
}
