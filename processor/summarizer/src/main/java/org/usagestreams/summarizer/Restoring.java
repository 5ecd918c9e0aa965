package org.usagestreams.summarizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.usagestreams.instance.MetricsPage;

/** Which state is being restored from changelogs, and how much is left. Thread-safe. */
final class Restoring implements StateRestoreListener {
    private final Map<TopicPartition, Left> left = new ConcurrentHashMap<>();

    private record Left(String store, AtomicLong records) {}

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {
        left.put(changelog, new Left(store, new AtomicLong(end - start)));
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
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long total) {
        left.remove(changelog);
    }

    private Map<String, Long> byStore() {
        final Map<String, Long> stores = new HashMap<>();
        left.values()
                .forEach(one ->
                        stores.merge(one.store(), Math.max(0, one.records().get()), Long::sum));
        return stores;
    }

    /** For people; empty where nothing is restored. */
    String detail() {
        final long records =
                byStore().values().stream().mapToLong(Long::longValue).sum();
        return left.isEmpty() ? "" : ", " + records + " records are left to be restored";
    }

    void show(MetricsPage page) {
        page.gauges(
                "restore_remaining_records",
                "records of changelogs that are left to be restored, by store; none where nothing is restored",
                List.of("store"),
                () -> byStore().entrySet().stream()
                        .map(entry -> new MetricsPage.Labelled(
                                List.of(entry.getKey()), entry.getValue().doubleValue()))
                        .toList());
    }
}
