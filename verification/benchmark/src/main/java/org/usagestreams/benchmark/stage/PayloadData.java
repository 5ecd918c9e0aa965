package org.usagestreams.benchmark.stage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** A payload with one pod report, as an operator writes it: pods with labels of their own, hour by hour, and random usages. */
final class PayloadData {
    private static final int HOURS = 24;
    private static final int PODS_PER_NODE = 104;

    private static final String UUID = "11111111-1111-4111-8111-111111111111";

    private static final String HEADER =
            "report_period_start,report_period_end,interval_start,interval_end,pod,namespace,node,resource_id,pod_usage_cpu_core_seconds,pod_request_cpu_core_seconds,pod_limit_cpu_core_seconds,pod_usage_memory_byte_seconds,pod_request_memory_byte_seconds,pod_limit_memory_byte_seconds,node_capacity_cpu_cores,node_capacity_cpu_core_seconds,node_capacity_memory_bytes,node_capacity_memory_byte_seconds,pod_labels\n";

    private PayloadData() {}

    /** Writes an archive with so many rows. */
    static Path write(Path archive, int rows, int level) throws IOException {
        final String manifest =
                "{\"uuid\":\"" + UUID + "\",\"cluster_id\":\"c\",\"version\":\"1\",\"files\":[\"pods.csv\"],"
                        + "\"date\":\"2026-11-02T00:00:00Z\",\"daily_reports\":true,\"start\":\"2026-11-01T00:00:00Z\","
                        + "\"end\":\"2026-11-02T00:00:00Z\"}";
        final long[] bytes = {HEADER.length()};
        lines(rows, line -> bytes[0] += line.length());
        final GzipParameters parameters = new GzipParameters();
        parameters.setCompressionLevel(level);
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
                TarArchiveOutputStream tar =
                        new TarArchiveOutputStream(new GzipCompressorOutputStream(file, parameters), "UTF-8")) {
            begin(tar, "manifest.json", manifest.length());
            tar.write(manifest.getBytes(StandardCharsets.US_ASCII));
            tar.closeArchiveEntry();
            begin(tar, "pods.csv", bytes[0]);
            tar.write(HEADER.getBytes(StandardCharsets.US_ASCII));
            lines(rows, line -> {
                try {
                    tar.write(line.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            tar.closeArchiveEntry();
        }
        return archive;
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
        final TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }

    private static void lines(int rows, Consumer<String> line) {
        final SplittableRandom random = new SplittableRandom(1);
        final int pods = rows / HOURS;
        for (int hour = 0; hour < HOURS; hour++) {
            final String times = String.format(
                    Locale.ROOT,
                    "2026-11-01 00:00:00 +0000 UTC,2026-12-01 00:00:00 +0000 UTC,2026-11-01 %1$02d:00:00 +0000 UTC,"
                            + "2026-11-01 %1$02d:59:59 +0000 UTC,",
                    hour);
            for (int pod = 0; pod < pods; pod++) {
                final int node = pod / PODS_PER_NODE;
                line.accept(times + "pod-" + pod + ",namespace-" + pod % 40 + ",node-" + node + ",i-" + node + ','
                        + cpu(random) + ',' + cpu(random) + ",3600.0," + memory(random) + ',' + memory(random)
                        + ",3865470566400.0,96,345600.0,412316860416,1484340697497600.0,label_app:app-" + pod % 200
                        + "|label_pod:pod-" + pod + "|label_tier:tier-" + pod % 5 + "|label_environment:production\n");
            }
        }
    }

    /** Five decimal places, as nise writes them. */
    private static String cpu(SplittableRandom random) {
        return Double.toString(random.nextInt(360_000_000) / 1e5);
    }

    private static String memory(SplittableRandom random) {
        return random.nextLong(10_000_000_000_000L) + "." + random.nextInt(10, 100);
    }
}
