package org.usagestreams.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.usagestreams.sample.ReportWriter;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;

/** Small reports with random contents, in random forms. There are few names, so all combinations occur. */
public final class RandomReports {
    private static final Instant START = Instant.parse("2025-11-01T00:00:00Z");

    private RandomReports() {}

    /** A report's bytes; some have no rows. */
    public static byte[] draw(Random random, ReportType type) {
        final SampleOptions.LabelForm labels = pick(random, SampleOptions.LabelForm.values());
        final SampleOptions.TimeForm times = pick(random, SampleOptions.TimeForm.values());
        return write(type, labels, times, rows(random, type));
    }

    /** Line items of three days, values in the order of the type's columns; there may be none. */
    public static List<Object[]> rows(Random random, ReportType type) {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = random.nextInt(60); i > 0; i--) {
            rows.add(row(random, type));
        }
        return rows;
    }

    /** The bytes of a file with these rows. */
    public static byte[] write(
            ReportType type, SampleOptions.LabelForm labels, SampleOptions.TimeForm times, List<Object[]> rows) {
        try {
            final Path file = Files.createTempFile("report", ".parquet");
            try (ReportWriter writer = new ReportWriter(
                    file,
                    type,
                    new SampleOptions(
                            "org",
                            1,
                            1,
                            1,
                            1,
                            1,
                            LocalDate.EPOCH,
                            1,
                            labels,
                            times,
                            CompressionCodecName.ZSTD,
                            false))) {
                for (final Object[] row : rows) {
                    writer.write(row);
                }
            }
            final byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object[] row(Random random, ReportType type) {
        final Object[] row = new Object[type.columns().size()];
        for (int i = 0; i < row.length; i++) {
            final ColumnSpec column = type.columns().get(i);
            row[i] = switch (column.kind()) {
                case TIME -> START.plusSeconds(3600L * random.nextInt(60));
                case AMOUNT ->
                    switch (random.nextInt(12)) {
                        case 0 -> null;
                        case 1 -> Double.NaN;
                        case 2 -> random.nextInt(8) == 0 ? 2e18 : 0.0;
                        default -> random.nextDouble() * 1e6;
                    };
                case NAME -> random.nextInt(25) == 0 ? null : column.name() + "-" + random.nextInt(3);
                case LABELS -> labels(random);
            };
        }
        return row;
    }

    private static Map<String, String> labels(Random random) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        final Map<String, String> labels = new TreeMap<>();
        for (final String key : List.of("app", "tier", "team")) {
            if (random.nextBoolean()) {
                labels.put(key, "v" + random.nextInt(2));
            }
        }
        if (random.nextInt(4) == 0) {
            labels.put("node_role_kubernetes_io", random.nextBoolean() ? "master" : "worker");
        }
        return labels;
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** A pod report that is not random: one pod in each of these namespaces, an hour each from midnight on. */
    public static byte[] pods(String date, String... namespaces) {
        final List<Object[]> rows = new ArrayList<>();
        for (final String namespace : namespaces) {
            rows.add(ReportRow.pod()
                    .start(date, rows.size())
                    .node("node")
                    .namespace(namespace)
                    .pod("pod")
                    .cpu(3600.0)
                    .values());
        }
        return write(ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, rows);
    }
}
