package org.usagestreams.summarizer;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/** The heap of this JVM, as its collector reports it. Thread-safe. */
final class JvmHeap implements DayNotes.Heap {
    /** Where so much of it is left in use by a collection, the next allocations may fail. */
    private static final double NEARLY_FULL = 0.85;

    /** What outlives collections. Of the heap's pools only these have a threshold of use. */
    private final List<MemoryPoolMXBean> old = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP
                    && pool.isUsageThresholdSupported()
                    && pool.isCollectionUsageThresholdSupported())
            .toList();

    @Override
    public boolean isNearlyFull() {
        return old.stream().map(MemoryPoolMXBean::getCollectionUsage).anyMatch(JvmHeap::isNearlyFull);
    }

    private static boolean isNearlyFull(MemoryUsage left) {
        return left != null && left.getMax() > 0 && left.getUsed() >= NEARLY_FULL * left.getMax();
    }

    @Override
    public long bytes() {
        return Runtime.getRuntime().maxMemory();
    }
}
