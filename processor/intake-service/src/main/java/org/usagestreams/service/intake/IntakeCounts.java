package org.usagestreams.service.intake;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** What an intake has done since it started. Thread-safe. */
final class IntakeCounts {
    final LongAdder unpacked = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder setAside = new LongAdder();
    final LongAdder rows = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder optimizationFiles = new LongAdder();
    final LongAdder objectsWritten = new LongAdder();
    final LongAdder objectsThere = new LongAdder();
    final LongAdder announcementsTaken = new LongAdder();
    final LongAdder announcementsDelayed = new LongAdder();
    final LongAdder announcementsRefused = new LongAdder();

    /** Registers meters of these. */
    void bindTo(MeterRegistry registry) {
        counter(registry, "usage_streams_payloads", "payloads that were looked at", "outcome", "unpacked", unpacked);
        counter(registry, "usage_streams_payloads", "payloads that were looked at", "outcome", "refused", refused);
        counter(registry, "usage_streams_payloads", "payloads that were looked at", "outcome", "set_aside", setAside);
        final String objects = "objects of payloads: written, or already in the bucket with the same bytes";
        counter(registry, "usage_streams_payload_objects", objects, "outcome", "written", objectsWritten);
        counter(registry, "usage_streams_payload_objects", objects, "outcome", "there", objectsThere);
        final String announcements = "announcements of payloads: taken into the bucket, to be tried again, or refused";
        counter(registry, "usage_streams_announcements", announcements, "outcome", "taken", announcementsTaken);
        counter(registry, "usage_streams_announcements", announcements, "outcome", "delayed", announcementsDelayed);
        counter(registry, "usage_streams_announcements", announcements, "outcome", "refused", announcementsRefused);
        counter(registry, "usage_streams_payload_rows", "rows of the CSV files of payloads", rows);
        counter(registry, "usage_streams_payload_bytes", "bytes of payloads that were read", bytes);
        counter(
                registry,
                "usage_streams_payload_optimization_files",
                "files for resource optimisation, which are not kept",
                optimizationFiles);
    }

    private static void counter(
            MeterRegistry registry, String name, String description, LongAdder adder, String... tags) {
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static void counter(
            MeterRegistry registry, String name, String description, String tag, String value, LongAdder adder) {
        counter(registry, name, description, adder, tag, value);
    }
}
