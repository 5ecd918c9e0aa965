package org.usagestreams.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.usagestreams.wire.chunk.ReportType;

/** Reports of made-up clusters, in the layout of a bucket, with the reference data that goes with them. */
public final class SampleData {
    /** Name of the file of reference data. */
    public static final String REFERENCE_FILE = "reference.yaml";

    static final List<String> LABEL_KEYS = List.of(
            "app",
            "tier",
            "environment",
            "team",
            "region",
            "storage",
            "node_role_kubernetes_io",
            "pod_template_hash",
            "app_kubernetes_io_name",
            "app_kubernetes_io_part_of",
            "app_kubernetes_io_managed_by",
            "kubernetes_io_arch",
            "topology_kubernetes_io_zone");

    private static final List<String> NAMESPACES = List.of(
            "shop-prod", "shop-dev", "payments", "openshift-monitoring", "kube-system", "analytics", "search", "mail");
    private static final JsonMapper JSON = new JsonMapper();

    private final SampleOptions options;
    private final Path directory;
    private final SamplePods pods;

    /** Of clusters whose pods fit on their nodes. */
    public SampleData(SampleOptions options, Path directory) {
        this(options, directory, false);
    }

    /**
     * Of clusters.
     *
     * @param overcommit whether pods may request and use more than their nodes have, so that less than nothing is unallocated
     */
    public SampleData(SampleOptions options, Path directory, boolean overcommit) {
        this.options = options;
        this.directory = directory;
        pods = new SamplePods(options, overcommit);
    }

    /** UUID of a made-up cluster. */
    public static String source(SampleOptions options, int cluster) {
        return UUID.nameUUIDFromBytes(("sample " + options.seed() + " " + cluster).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** The number of report files. */
    public int files() {
        return options.clusters() * options.days() * ReportType.values().length * (options.hourly() ? 24 : 1);
    }

    /**
     * Writes all files.
     *
     * @param written hears of each report file
     */
    public void write(Consumer<Path> written) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(REFERENCE_FILE), reference());
        for (int cluster = 0; cluster < options.clusters(); cluster++) {
            for (int day = 0; day < options.days(); day++) {
                final LocalDate date = options.from().plusDays(day);
                for (final ReportType type : ReportType.values()) {
                    if (options.hourly()) {
                        for (int hour = 0; hour < 24; hour++) {
                            written.accept(write(cluster, date, type, String.format("%02d", hour), hour, hour + 1));
                        }
                    } else {
                        written.accept(write(cluster, date, type, "day", 0, 24));
                    }
                }
            }
        }
    }

    private Path write(int cluster, LocalDate date, ReportType type, String name, int fromHour, int toHour)
            throws IOException {
        final Path file = directory.resolve(String.format(
                "data/%s/OCP/source=%s/year=%d/month=%02d/day=%02d/%s/%s.parquet",
                options.org(),
                source(options, cluster),
                date.getYear(),
                date.getMonthValue(),
                date.getDayOfMonth(),
                type.longSegment(),
                name));
        try (ReportWriter writer = new ReportWriter(file, type, options)) {
            for (int hour = fromHour; hour < toHour; hour++) {
                final Instant start = date.atTime(hour, 0).toInstant(ZoneOffset.UTC);
                for (final Object[] row : rows(type, cluster, start)) {
                    writer.write(row);
                }
            }
        }
        return file;
    }

    List<Object[]> rows(ReportType type, int cluster, Instant start) {
        final List<Object[]> rows = new ArrayList<>();
        switch (type) {
            case POD_USAGE -> {
                for (int pod = 0; pod < options.pods(); pod++) {
                    rows.add(pod(cluster, pod, start));
                }
            }
            case STORAGE_USAGE -> {
                for (int pod = 0; pod < options.pods(); pod += 4) {
                    rows.add(storage(cluster, pod, start));
                }
            }
            case NODE_LABELS -> {
                for (int node = 0; node < options.nodes(); node++) {
                    final Map<String, String> labels = new LinkedHashMap<>();
                    labels.put("node_role_kubernetes_io", node == 0 ? "master" : "worker");
                    labels.put("region", node % 2 == 0 ? "eu" : "us");
                    labels.put("kubernetes_io_arch", "amd64");
                    labels.put("topology_kubernetes_io_zone", (node % 2 == 0 ? "eu-" : "us-") + (1 + node % 3));
                    rows.add(new Object[] {start, nodeName(cluster, node), labels});
                }
            }
            case NAMESPACE_LABELS -> {
                for (int namespace = 0; namespace < options.namespaces(); namespace++) {
                    rows.add(new Object[] {
                        start, namespace(namespace), Map.of("team", namespace % 2 == 0 ? "blue" : "green")
                    });
                }
            }
        }
        return rows;
    }

    private Object[] pod(int cluster, int pod, Instant start) {
        final SplittableRandom random = random(cluster, pod, start);
        final int node = pods.node(pod);
        final String namespace = namespace(pod % options.namespaces());
        final double requestCpu = 3600 * pods.requestedCores(pod);
        final double requestMemory = 3600 * pods.requestedMemory(pod);
        return new Object[] {
            start,
            nodeName(cluster, node),
            namespace,
            pods.name(pod, hour(start)),
            String.format("i-%04d%04d", cluster, node),
            null,
            pods.labels(pod, namespace),
            requestCpu * random.nextDouble(0.1, 1.2),
            requestCpu,
            2 * requestCpu,
            null,
            requestMemory * random.nextDouble(0.2, 1.1),
            requestMemory,
            2 * requestMemory,
            null,
            SamplePods.NODE_CORES,
            SamplePods.NODE_CORES * 3600,
            SamplePods.NODE_MEMORY,
            SamplePods.NODE_MEMORY * 3600
        };
    }

    private static long hour(Instant start) {
        return start.getEpochSecond() / 3600;
    }

    private Object[] storage(int cluster, int pod, Instant start) {
        final SplittableRandom random = random(cluster, pod, start);
        final double capacity = SamplePods.GIBIBYTE * (10 + pod % 50);
        return new Object[] {
            start,
            namespace(pod % options.namespaces()),
            pods.name(pod, hour(start)),
            "claim-" + pod,
            "pv-" + cluster + "-" + pod,
            pod % 8 == 0 ? "gp3" : "gp2",
            String.format("vol-%08x", pod),
            Map.of("storage", pod % 8 == 0 ? "fast" : "slow"),
            Map.of("app", SamplePods.appName(pod)),
            capacity,
            capacity * 3600,
            capacity * 3600,
            capacity * 3600 * random.nextDouble(0.1, 0.9)
        };
    }

    private SplittableRandom random(int cluster, int pod, Instant start) {
        return new SplittableRandom(
                options.seed() * 1_000_003 + cluster * 7_919L + pod * 104_729L + start.getEpochSecond());
    }

    private static String nodeName(int cluster, int node) {
        return "node-" + cluster + "-" + node;
    }

    private static String namespace(int number) {
        return number < NAMESPACES.size() ? NAMESPACES.get(number) : "team-" + number;
    }

    private String reference() {
        final StringBuilder yaml = new StringBuilder("clusters:\n");
        for (int cluster = 0; cluster < options.clusters(); cluster++) {
            yaml.append(String.format(
                    "  - source: %s%n    cluster_id: sample-%d%n    cluster_alias: Sample %d%n    report_periods:%n",
                    source(options, cluster), cluster, cluster));
            final Set<YearMonth> months = new TreeSet<>();
            for (int day = 0; day < options.days(); day++) {
                months.add(YearMonth.from(options.from().plusDays(day)));
            }
            int period = cluster * months.size();
            for (final YearMonth month : months) {
                yaml.append(String.format("      - {month: %s, report_period_id: %d}%n", month, ++period));
            }
        }
        return yaml.append("enabled_keys: [app, tier, team, region, storage]\n")
                .append("cost_categories:\n")
                .append("  - {pattern: openshift-%, cost_category_id: 1}\n")
                .append("  - {pattern: kube-%, cost_category_id: 1}\n")
                .append("  - {pattern: Platform unallocated, cost_category_id: 1}\n")
                .toString();
    }

    static String json(Map<?, ?> labels) {
        try {
            return JSON.writeValueAsString(labels);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String pipe(Map<?, ?> labels) {
        return labels.entrySet().stream()
                .map(label -> "label_" + label.getKey() + ":" + label.getValue())
                .collect(Collectors.joining("|"));
    }
}
