package org.usagestreams.validation;

import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * A bucket with random objects, and random reference data: two organisations that share a source, days around the ends of months,
 * all layouts of keys, daily aggregates beside hourly objects, manifests with and without hours. Few names, so that everything meets
 * everything. The same seed gives the same bucket.
 */
final class RandomBucket {
    private static final List<String> ORGANISATIONS = List.of("org1", "org2");
    private static final List<String> SOURCES =
            List.of("00000000-0000-4000-8000-0000000000aa", "00000000-0000-4000-8000-0000000000bb");
    private static final List<String> STARTS =
            List.of("2025-10-31T22:00:00Z", "2024-02-28T23:00:00Z", "2025-12-31T20:00:00Z");
    private static final List<String> KEYS =
            List.of("app", "tier", "environment", "team", "region", "node_role_kubernetes_io");
    private static final List<String> NAMESPACES = List.of(
            "shop",
            "shop_dev",
            "openshift-kube-apiserver",
            "Worker unallocated",
            "Platform unallocated",
            "Network unattributed");
    private static final List<String> PATTERNS =
            List.of("shop%", "shop_dev", "openshift-%", "%unallocated", "%", "s__p", "SHOP%", "");
    private static final List<String> MANIFESTS = List.of("7", "9", "10", "010", "11", "m", "m10");
    /** Texts that are labels in doubtful forms. */
    private static final List<String> TEXTS = List.of(
            "",
            "{}",
            "{\"app\": 5, \"tier\": 1.50}",
            "{\"app\": true, \"team\": null}",
            "{\"app\": {\"nested\": \"a\"}}",
            "\"{\\\"app\\\":\\\"a\\\"}\"",
            "label_app:a|tier:b:c|label_app:z",
            "label_app",
            "{\"app\":\"a\",\"app\":\"b\"}",
            "[\"app\"]",
            "{\"app\":\"a\",}");

    private final Random random;
    private final Instant start;
    private final Map<String, ReferenceData> reference = new TreeMap<>();
    private final List<Entry> objects = new ArrayList<>();

    /** An object that is in the bucket. */
    record Entry(ObjectVersion version, byte[] bytes) {}

    RandomBucket(long seed) {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        start = Instant.parse(pick(STARTS));
        for (final String organisation : ORGANISATIONS) {
            final List<String> enabled = some(KEYS, 0.6);
            final List<ReferenceData.CostCategory> categories = new ArrayList<>();
            some(PATTERNS, 0.4)
                    .forEach(pattern -> categories.add(new ReferenceData.CostCategory(pattern, 1 + random.nextInt(4))));
            final Map<String, String> mappings = new HashMap<>();
            for (final String child : some(KEYS, 0.4)) {
                final String parent = pick(List.of("app", "tier", "parent"));
                if (!parent.equals(child)) {
                    mappings.put(child, parent);
                }
            }
            for (final String source : SOURCES) {
                reference.put(
                        organisation + "|" + source,
                        new ReferenceData(cluster(source), Set.copyOf(enabled), categories, mappings));
            }
        }
        for (int i = 2 + random.nextInt(14); i > 0; i--) {
            objects.add(object(i));
        }
    }

    /** What is in the bucket. */
    List<Entry> objects() {
        return objects;
    }

    /** Reference data as it holds for a day. */
    ReferenceData reference(DayKey day) {
        return reference.get(day.organisation() + "|" + day.source());
    }

    /** The same as the validation has it. */
    ReferenceRows rows() {
        final List<List<Object>> clusters = new ArrayList<>();
        final List<List<Object>> periods = new ArrayList<>();
        final List<List<Object>> enabled = new ArrayList<>();
        final List<List<Object>> categories = new ArrayList<>();
        final List<List<Object>> mappings = new ArrayList<>();
        reference.forEach((owner, data) -> {
            final String organisation = owner.substring(0, owner.indexOf('|'));
            final String source = owner.substring(owner.indexOf('|') + 1);
            final ReferenceData.Cluster cluster = data.cluster();
            if (!cluster.id().equals(source)) {
                clusters.add(Arrays.asList(organisation, source, cluster.id(), cluster.alias()));
            }
            cluster.reportPeriods()
                    .forEach((month, id) -> periods.add(List.of(organisation, source, month.toString(), id)));
            if (source.equals(SOURCES.get(0))) {
                data.enabledKeys().forEach(key -> enabled.add(List.of(organisation, key)));
                data.categories()
                        .forEach(category -> categories.add(List.of(organisation, category.pattern(), category.id())));
                data.tagMappings().forEach((child, parent) -> mappings.add(List.of(organisation, child, parent)));
            }
        });
        return new ReferenceRows(clusters, periods, enabled, categories, mappings);
    }

    private ReferenceData.Cluster cluster(String source) {
        if (random.nextInt(4) == 0) {
            return ReferenceData.Cluster.unknown(source);
        }
        final Map<YearMonth, Integer> periods = new HashMap<>();
        for (final String month : List.of("2025-10", "2025-11", "2025-12", "2026-01", "2024-02", "2024-03")) {
            if (random.nextBoolean()) {
                periods.put(YearMonth.parse(month), 1 + random.nextInt(500));
            }
        }
        return new ReferenceData.Cluster("cluster-" + random.nextInt(3), random.nextBoolean() ? null : "A", periods);
    }

    private Entry object(int number) {
        final ReportType type = pick(List.of(
                ReportType.POD_USAGE,
                ReportType.POD_USAGE,
                ReportType.STORAGE_USAGE,
                ReportType.NODE_LABELS,
                ReportType.NAMESPACE_LABELS));
        final long uploaded = 1_764_000_000_000L + 1000L * random.nextInt(5);
        final ObjectVersion.Builder version = ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey(key(type, number))
                .setEtag("etag-" + number)
                .setEventTimeMillis(uploaded)
                .setUploadedMillis(uploaded);
        if (random.nextInt(3) == 0) {
            version.setManifestId(pick(MANIFESTS)).setReportHours(pick(List.of(-1, 0, 0, 1, 2, 24)));
        }
        final SampleOptions.LabelForm form = pick(List.of(SampleOptions.LabelForm.values()));
        final List<Object[]> rows = new ArrayList<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            rows.add(row(type, form));
        }
        return new Entry(
                version.build(), RandomReports.write(type, form, pick(List.of(SampleOptions.TimeForm.values())), rows));
    }

    private String key(ReportType type, int number) {
        final String organisation = pick(ORGANISATIONS);
        final String source = pick(SOURCES);
        final String tail = "/year=2025/month=11/day=03/";
        return switch (random.nextInt(5)) {
            case 0 ->
                "data/parquet/daily/" + organisation + "/OCP/" + type.shortSegment() + "/source=" + source + tail
                        + number + ".parquet";
            case 1 ->
                "data/" + organisation + "/OCP/source=" + source + tail + type.longSegment() + "_daily/" + number
                        + ".parquet";
            case 2 ->
                "data/parquet/" + organisation + "/OCP/" + type.shortSegment() + "/source=" + source + tail + number
                        + ".parquet";
            default ->
                "data/" + organisation + "/OCP/source=" + source + tail + type.longSegment() + "/" + number
                        + ".parquet";
        };
    }

    private Object[] row(ReportType type, SampleOptions.LabelForm form) {
        final ReportRow row = ReportRow.of(type);
        for (final ColumnSpec column : type.columns()) {
            row.set(
                    column.name(),
                    switch (column.kind()) {
                        case TIME -> random.nextInt(30) == 0 ? null : start.plusSeconds(3600L * random.nextInt(5));
                        case AMOUNT -> amount(type == ReportType.POD_USAGE);
                        case NAME -> name(column.name());
                        case LABELS -> labels(form);
                    });
        }
        return row.values();
    }

    /**
     * Amounts that nothing is subtracted from go up to the limit; of others, differences would have lost their digits: the order of
     * sums is not laid down.
     */
    private Double amount(boolean subtracted) {
        return switch (random.nextInt(14)) {
            case 0, 1 -> null;
            case 2 -> Double.NaN;
            case 3 -> 0.0;
            case 4 -> random.nextInt(6) == 0 ? 2e18 : subtracted ? -random.nextDouble() * 1e3 : 1e18;
            default -> random.nextDouble() * 1e9;
        };
    }

    private String name(String column) {
        if (column.equals(Columns.NODE_ROLE)) {
            return pick(Arrays.asList(null, null, null, "", "worker", "master", "infra", "other"));
        }
        if (random.nextInt(25) == 0) {
            return random.nextBoolean() ? null : "";
        }
        return column.equals(Columns.NAMESPACE) ? pick(NAMESPACES) : column + "-" + random.nextInt(3);
    }

    private Object labels(SampleOptions.LabelForm form) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        final boolean text = form == SampleOptions.LabelForm.JSON || form == SampleOptions.LabelForm.PIPE;
        if (text && random.nextInt(6) == 0) {
            return pick(TEXTS);
        }
        final Map<String, String> labels = new TreeMap<>();
        some(KEYS, 0.4)
                .forEach(key -> labels.put(
                        key,
                        key.equals("node_role_kubernetes_io")
                                ? pick(List.of("master", "infra", "worker"))
                                : "v" + random.nextInt(2)));
        return labels;
    }

    private <T> List<T> some(List<T> values, double share) {
        return values.stream().filter(value -> random.nextDouble() < share).toList();
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
