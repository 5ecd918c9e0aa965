package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.StreamThreads;

/** The stream threads of a running application: what they do, and how many there are. Thread-safe. */
final class StreamThreadPool implements StreamThreads {
    private static final Logger LOG = LoggerFactory.getLogger(SummaryService.class);

    /** How often a rebalance is looked at, and how long it must have been over to be over. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final int LOOKS = 5;

    private final KafkaStreams streams;
    private final Time time;

    StreamThreadPool(KafkaStreams streams, Time time) {
        this.streams = streams;
        this.time = time;
    }

    @Override
    public List<StreamThread> threads() {
        return streams.metadataForLocalThreads().stream()
                .map(thread -> new StreamThread(
                        thread.threadName(),
                        thread.threadState(),
                        tasks(thread.activeTasks()),
                        tasks(thread.standbyTasks())))
                .sorted(Comparator.comparing(StreamThread::name))
                .toList();
    }

    private static List<String> tasks(Set<TaskMetadata> tasks) {
        return tasks.stream().map(task -> task.taskId().toString()).sorted().toList();
    }

    @Override
    public synchronized boolean resize(int count, Duration within) {
        final long deadline = time.nanoseconds() + within.toNanos();
        int now = threads().size();
        LOG.info("Changes the number of stream threads from {} to {}", now, count);
        while (now < count && streams.addStreamThread().isPresent()) {
            now++;
        }
        while (now > count && time.nanoseconds() < deadline) {
            streams.removeStreamThread(Duration.ofNanos(Math.max(1, deadline - time.nanoseconds())));
            now--;
        }
        int looks = 0;
        while (looks < LOOKS && time.nanoseconds() < deadline) {
            final boolean settled = streams.state() == KafkaStreams.State.RUNNING
                    && threads().size() == count
                    && threads().stream().allMatch(thread -> "RUNNING".equals(thread.state()));
            looks = settled ? looks + 1 : 0;
            time.sleep(LOOK.toMillis());
        }
        return looks == LOOKS;
    }
}
