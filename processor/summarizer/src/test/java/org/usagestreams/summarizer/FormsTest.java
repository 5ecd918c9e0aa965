package org.usagestreams.summarizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/** Every form of a file gives the same rows. */
class FormsTest {
    private static final Instant START = Instant.parse("2025-11-03T07:00:00Z");

    private static final ObjectVersion VERSION = ObjectVersion.newBuilder()
            .setBucket("reports")
            .setKey("data/org/OCP/source=00000000-0000-4000-8000-000000000001/" + ReportType.POD_USAGE.longSegment()
                    + "/x.parquet")
            .setEtag("e")
            .build();

    @ParameterizedTest
    @EnumSource(SampleOptions.TimeForm.class)
    void shouldReadEveryFormOfTimesAndLabelsAlike(SampleOptions.TimeForm times) {
        final List<Object[]> rows = List.of(
                pod(START, "n", Map.of("app", "web", "tier", "front"), 1.5),
                pod(START.plusSeconds(86_400), "n", Map.of("app", "api"), 2.5),
                pod(START.plusSeconds(86_400), "m", null, null));
        Map<String, String> first = null;
        for (final SampleOptions.LabelForm labels : SampleOptions.LabelForm.values()) {
            final Bucket bucket = new Bucket(SplitLimits.DEFAULTS);
            bucket.put(VERSION, RandomReports.write(ReportType.POD_USAGE, labels, times, rows));
            final Map<String, String> table = new LinkedHashMap<>();
            bucket.summarise(day -> new ReferenceData(
                            ReferenceData.Cluster.unknown(day.source()), Set.of("app", "tier"), List.of(), Map.of()))
                    .forEach((uuid, value) -> table.put(uuid, new String(value, UTF_8)));
            first = first == null ? table : first;
            assertEquals(first, table, labels + " " + times);
            assertEquals(6, table.size(), "three pods' rows and a node's row each");
        }
    }

    private static Object[] pod(Instant start, String node, Map<String, String> labels, Double cpu) {
        return ReportRow.pod()
                .start(start)
                .node(node)
                .namespace("shop")
                .pod("web")
                .labels(labels)
                .cpu(cpu)
                .values();
    }
}
