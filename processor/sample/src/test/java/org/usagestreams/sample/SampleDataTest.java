package org.usagestreams.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.usagestreams.wire.chunk.ReportType;

class SampleDataTest {
    private static final Instant NOON = Instant.parse("2025-11-01T12:00:00Z");
    private static final int NODE = 1;
    private static final int POD = 3;
    private static final int LABELS = 6;
    private static final List<Integer> CPU = List.of(7, 8);
    private static final List<Integer> MEMORY = List.of(11, 12);
    private static final int CPU_CAPACITY = 16;
    private static final int MEMORY_CAPACITY = 18;

    private static SampleData data(int nodes, int namespaces, int pods, boolean overcommit) {
        return new SampleData(
                new SampleOptions(
                        "org1",
                        1,
                        nodes,
                        namespaces,
                        pods,
                        1,
                        LocalDate.of(2025, 11, 1),
                        1,
                        SampleOptions.LabelForm.JSON,
                        SampleOptions.TimeForm.MILLIS,
                        CompressionCodecName.SNAPPY,
                        false),
                Path.of("unused"),
                overcommit);
    }

    /** The greatest share of a node's capacity that its pods use or request in an hour. */
    private static double fullest(SampleData data) {
        double most = 0;
        for (final Map.Entry<Integer, List<Integer>> amounts :
                Map.of(CPU_CAPACITY, CPU, MEMORY_CAPACITY, MEMORY).entrySet()) {
            for (final int column : amounts.getValue()) {
                final Map<Object, Double> sums = new HashMap<>();
                for (final Object[] row : data.rows(ReportType.POD_USAGE, 0, NOON)) {
                    sums.merge(row[NODE], (Double) row[column] / (Double) row[amounts.getKey()], Double::sum);
                }
                most = Math.max(
                        most,
                        sums.values().stream()
                                .mapToDouble(Double::doubleValue)
                                .max()
                                .orElse(0));
            }
        }
        return most;
    }

    @ParameterizedTest
    @EnumSource
    void shouldFitOnTheNodesWhateverTheProfile(SampleProfile profile) {
        assertThat(fullest(data(profile.nodes(), profile.namespaces(), profile.pods(), false)))
                .isBetween(0.1, 1.0);
    }

    @Test
    void shouldFitOnTheNodesHoweverManyPodsThereAre() {
        assertThat(fullest(data(1, 1, 2_000, false))).isBetween(0.5, 1.0);
    }

    @Test
    void shouldOvercommitWhereItIsAskedFor() {
        assertThat(fullest(data(1, 1, 2_000, true))).isGreaterThan(1);
    }

    @Test
    void shouldReplacePodsInTheCourseOfADay() {
        final SampleData data = data(3, 5, 40, false);
        final Set<Object> seen = new HashSet<>();
        for (int hour = 0; hour < 24; hour++) {
            final Set<Object> running = new HashSet<>();
            data.rows(ReportType.POD_USAGE, 0, NOON.plusSeconds(3600L * hour)).forEach(row -> running.add(row[POD]));
            assertThat(running).as("hour %d", hour).hasSize(40);
            seen.addAll(running);
        }
        assertThat(seen).hasSizeBetween(60, 200);
    }

    @Test
    void shouldLabelPodsAsChartsDo() {
        assertThat(data(3, 5, 40, false).rows(ReportType.POD_USAGE, 0, NOON)).allSatisfy(row -> {
            assertThat(row[POD].toString()).matches("(web|api|cache|queue|batch)-[0-9a-f]+-[0-9a-z]+");
            final Set<?> keys = ((Map<?, ?>) row[LABELS]).keySet();
            assertThat(keys.contains("app_kubernetes_io_part_of")).isTrue();
            assertThat(SampleData.LABEL_KEYS.containsAll(keys)).isTrue();
        });
    }
}
