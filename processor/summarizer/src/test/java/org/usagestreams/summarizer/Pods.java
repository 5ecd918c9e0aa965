package org.usagestreams.summarizer;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Split;

/** Objects of pod usage for tests of the topology, and what the splitter says of them. */
final class Pods {
    static final String ORGANISATION = "org1234567";
    static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final long START = 1_763_900_000_000L;

    private Pods() {}

    /** A version of the object of that name, that many seconds after the others. */
    static ObjectVersion version(String name, int second) {
        return ObjectVersion.newBuilder()
                .setBucket("usage-reports")
                .setKey("data/" + ORGANISATION + "/OCP/source=" + SOURCE + "/year=2025/month=11/day=03/"
                        + ReportType.POD_USAGE.longSegment() + "/" + name)
                .setEtag(name + "-" + second)
                .setSequencer("17F0A1B2C3D4E5F6")
                .setEventTimeMillis(START + 1000L * second)
                .setUploadedMillis(START + 1000L * second)
                .build();
    }

    static Object[] pod(String day, int hour, String namespace, String pod) {
        return ReportRow.pod()
                .start(day, hour)
                .node("node")
                .namespace(namespace)
                .pod(pod)
                .cpu(3600d)
                .values();
    }

    /** A pod on each of these days. */
    static byte[] onDays(String... days) {
        final List<Object[]> rows = new ArrayList<>();
        for (final String day : days) {
            rows.add(pod(day, 1, "shop", "web"));
        }
        return file(rows);
    }

    /** That many pods on 2025-11-03, over its hours. */
    static byte[] many(int count) {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(pod("2025-11-03", i % 24, "namespace-" + i % 7, "pod-" + i));
        }
        return file(rows);
    }

    static byte[] file(List<Object[]> rows) {
        return RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, rows);
    }

    /** Limits that differ from those of {@link History} in how large chunks are. */
    static SplitLimits limits(int chunkRows) {
        return SplitLimits.DEFAULTS.withBatches(1000, 1 << 20).withChunks(chunkRows, 64 << 10);
    }

    /** The records of a version arrive on the chunk topic. */
    static void put(TopologyHarness harness, SplitLimits limits, ObjectVersion version, byte[] bytes) {
        Splitting.split(limits, version, bytes).forEach((key, value) -> harness.chunk(key.toString(), value));
    }

    /** The splitter says which dates it found. */
    static void split(TopologyHarness harness, ObjectVersion version, String... dates) {
        final Split.Builder split = Split.newBuilder();
        for (final String date : dates) {
            split.addDates((int) LocalDate.parse(date).toEpochDay());
        }
        harness.fact(ObjectFact.newBuilder()
                .setVersion(version)
                .setOrganisation(ORGANISATION)
                .setSource(SOURCE)
                .setFoundMillis(harness.nowMillis())
                .setSplit(split));
    }

    /** A topology that forgets days older than that. */
    static TopologyHarness withRetention(int days) {
        return new TopologyHarness(TopologySettings.DEFAULTS.withRetentionDays(days));
    }
}
