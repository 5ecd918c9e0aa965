package org.usagestreams.summarizer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Which state is being restored from changelogs, and how much is left. Thread-safe. */
final class Restoring implements StateRestoreListener {
    private final Map<TopicPartition, Left> left = new ConcurrentHashMap<>();

    private volatile MultiGauge gauges;

    private record Left(String store, AtomicLong records) {}

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {
        left.put(changelog, new Left(store, new AtomicLong(end - start)));
        showStores();
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long offset, long restored) {
        final Left before = left.get(changelog);
        if (before != null) {
            before.records().addAndGet(-restored);
        }
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long total) {
        left.remove(changelog);
        showStores();
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long total) {
        left.remove(changelog);
        showStores();
    }

    private Map<String, Long> byStore() {
        final Map<String, Long> stores = new HashMap<>();
        left.values()
                .forEach(one ->
                        stores.merge(one.store(), Math.max(0, one.records().get()), Long::sum));
        return stores;
    }

    /** For people; empty if nothing is restored. */
    String detail() {
        final long records =
                byStore().values().stream().mapToLong(Long::longValue).sum();
        return left.isEmpty() ? "" : ", " + records + " records are left to be restored";
    }

    /** Registers a gauge for each store that is being restored, for as long as it is. */
    void bindTo(MeterRegistry registry) {
        gauges = MultiGauge.builder("usage_streams_restore_remaining_records")
                .description(
                        "changelog records that still have to be restored, by store; none if nothing is being restored")
                .register(registry);
        showStores();
    }

    private synchronized void showStores() {
        final MultiGauge bound = gauges;
        if (bound != null) {
            bound.register(
                    byStore().keySet().stream()
                            .map(store -> MultiGauge.Row.of(
                                    Tags.of("store", store), this, restoring -> restoring.leftOf(store)))
                            .toList(),
                    true);
        }
    }

    private long leftOf(String store) {
        return byStore().getOrDefault(store, 0L);
    }
}
