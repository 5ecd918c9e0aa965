package org.usagestreams.summarizer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.kafka.common.utils.Time;

/** A summary service's state as metrics, under their names in Prometheus. */
final class SummaryMetrics {
    /** The states of stream threads, as Kafka Streams names them. */
    static final List<String> THREAD_STATES = List.of(
            "CREATED", "STARTING", "PARTITIONS_REVOKED", "PARTITIONS_ASSIGNED", "RUNNING", "PENDING_SHUTDOWN", "DEAD");

    private SummaryMetrics() {}

    static void register(SummaryService service, InstanceWork work, Time time, MeterRegistry registry) {
        work.counts().register(registry);
        Gauge.builder("usage_streams_dirty_days", work.dirtyDays(), DirtyDays::days)
                .description("changed days that are not yet summarised")
                .register(registry);
        Gauge.builder("usage_streams_set_aside_days", work.dirtyDays(), DirtyDays::setAside)
                .description("dirty days that are set aside because they need more time or memory than they may use")
                .register(registry);
        Gauge.builder(
                        "usage_streams_oldest_unpublished_change_seconds",
                        work.dirtyDays(),
                        days -> days.oldestMillis(time.milliseconds()) / 1e3)
                .description("how long the oldest dirty day has waited to be summarised")
                .register(registry);
        FunctionCounter.builder("usage_streams_day_transactions_lost_total", work.attempts(), DayAttempts::lost)
                .description("transactions with summarised days that were not committed")
                .register(registry);
        for (final String state : THREAD_STATES) {
            Gauge.builder("usage_streams_stream_threads", service, summary -> threads(summary, state))
                    .description("stream threads by state")
                    .tag("state", state)
                    .register(registry);
        }
    }

    private static long threads(SummaryService service, String state) {
        return service.threads().stream()
                .filter(thread -> state.equals(thread.state()))
                .count();
    }
}
