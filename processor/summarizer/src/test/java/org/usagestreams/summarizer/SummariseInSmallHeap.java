package org.usagestreams.summarizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.rules.DayLimits;
import org.usagestreams.testkit.ReportRow;

/**
 * A process that summarises a day which takes more memory than it has, since nothing limits days, and a small one: {@link
 * OutOfMemoryDayIT} runs it in a small heap.
 */
final class SummariseInSmallHeap {
    static final String LARGE = "2025-11-03";
    static final String SMALL = "2025-11-04";

    private static final int OBJECTS = 60;
    private static final int ROWS_OF_AN_OBJECT = 5_000;
    private static final int TICKS = 500;

    private static final TopologySettings SETTINGS = TopologySettings.DEFAULTS.withDay(
            new DayLimits(Long.MAX_VALUE, Integer.MAX_VALUE, OBJECTS, Long.MAX_VALUE, 0));

    private SummariseInSmallHeap() {}

    /** Takes the folder of notes. Prints the days that have rows, and the dead letters. */
    public static void main(String[] args) {
        final DayNotes notes = DayNotes.open(Path.of(args[0]), new JvmHeap());
        final InstanceWork work = new InstanceWork(Time.SYSTEM, SETTINGS.pacing(), notes);
        try (TopologyHarness harness = new TopologyHarness(SETTINGS, work)) {
            for (int i = 0; i < OBJECTS; i++) {
                Pods.put(harness, Pods.limits(1_000), Pods.version("large-" + i, i), object(i));
            }
            Pods.put(harness, Pods.limits(1_000), Pods.version("small", OBJECTS), Pods.onDays(SMALL));
            for (int i = 0;
                    i < TICKS && work.dirtyDays().days() > work.dirtyDays().setAside();
                    i++) {
                harness.advance(1_000);
            }
            System.out.println("rows " + harness.stores.daysWithRows());
            harness.deadLetters.forEach(letter -> System.out.println("letter " + letter));
        }
    }

    /** Line items of pods of their own, on nodes of their own. */
    private static byte[] object(int number) {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < ROWS_OF_AN_OBJECT; i++) {
            final int pod = number * ROWS_OF_AN_OBJECT + i;
            rows.add(ReportRow.pod()
                    .start(LARGE, number % 24)
                    .node("node-" + pod % 100)
                    .namespace("namespace-" + pod)
                    .pod("pod-" + pod)
                    .cpu(1d)
                    .values());
        }
        return Pods.file(rows);
    }
}
