package org.usagestreams.standalone;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.usagestreams.rules.DayLimits;
import org.usagestreams.summarizer.DayPacing;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.summarizer.TopologySettings;

/** A process that summarises the days of a {@link CountedInstallation}: {@link LargeDayIT} runs it in a small heap. */
final class ProcessorInSmallHeap {
    /** Memory that a portion may take in the smallest heap. */
    private static final long BYTES = 12 << 20;

    private ProcessorInSmallHeap() {}

    /** Takes the broker's address, a folder, the installation's name, and whether the heap is very small. Ends when it is told to. */
    public static void main(String[] args) throws Exception {
        final DayLimits limits = DayLimits.DEFAULTS;
        try (SummaryService service = CountedInstallation.start(
                Map.of("bootstrap.servers", args[0]),
                Path.of(args[1]),
                args[2],
                1,
                1,
                TopologySettings.DEFAULTS
                        .withDay(
                                Boolean.parseBoolean(args[3])
                                        ? new DayLimits(BYTES, limits.rows(), limits.objects(), limits.spillBytes(), 0)
                                        : limits)
                        .withPacing(DayPacing.DEFAULTS.with(Duration.ofMillis(500), Duration.ofMinutes(5))))) {
            service.await();
        }
    }
}
