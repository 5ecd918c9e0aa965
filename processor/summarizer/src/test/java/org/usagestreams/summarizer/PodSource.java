package org.usagestreams.summarizer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/** A cluster of the organisation {@code org} whose pod usage comes to a topology under test. */
final class PodSource {
    private final TopologyHarness harness;
    private final String source;
    private final Instant start;

    /**
     * A cluster without objects.
     *
     * @param source its UUID
     * @param start what the seconds of its versions begin at
     */
    PodSource(TopologyHarness harness, String source, Instant start) {
        this.harness = harness;
        this.source = source;
        this.start = start;
    }

    /** A version of the object of that name, whose event came at that second. */
    ObjectVersion version(String name, int second) {
        final long time = start.plusSeconds(second).toEpochMilli();
        return ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + source + "/" + ReportType.POD_USAGE.longSegment() + "/" + name)
                .setEtag(name + second)
                .setEventTimeMillis(time)
                .setUploadedMillis(time)
                .build();
    }

    /** The chunks of a version arrive; what they were. */
    Map<ChunkKey, byte[]> put(ObjectVersion version, byte[] bytes) {
        final Map<ChunkKey, byte[]> records = Splitting.split(History.LIMITS, version, bytes);
        records.forEach((key, value) -> harness.chunk(key.toString(), value));
        return records;
    }

    /** A version with a pod in each of these namespaces arrives, and its day is summarised. */
    void load(String name, int second, String date, String... namespaces) {
        put(version(name, second), RandomReports.pods(date, namespaces));
        harness.settle();
    }

    /** An hour of a pod with the labels {@code app}, which is its name, and {@code tier}. */
    static Object[] pod(String day, int hour, String namespace, String pod, double cpu) {
        return ReportRow.pod()
                .start(day, hour)
                .node("node")
                .namespace(namespace)
                .pod(pod)
                .labels(Map.of("app", pod, "tier", "front"))
                .cpu(cpu)
                .values();
    }

    /** A report of these hours. */
    static byte[] file(Object[]... rows) {
        return RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, List.of(rows));
    }
}
