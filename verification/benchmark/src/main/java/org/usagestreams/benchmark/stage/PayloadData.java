package org.usagestreams.benchmark.stage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * A payload with one pod report, as an operator writes it: the hours of a day so far, with pods that have their own labels and random
 * usages.
 *
 * @param uuid of the manifest
 * @param clusterId of the manifest
 * @param pods in each hour
 * @param hours from midnight of 1 November 2026 on
 */
public record PayloadData(UUID uuid, String clusterId, int pods, int hours) {
    private static final Instant DAY = Instant.parse("2026-11-01T00:00:00Z");
    private static final int PODS_PER_NODE = 104;

    /** Operators write the pods of an hour in no order: no row has the node of the one before. */
    private static final long STEP = 4_567;

    private static final String HEADER =
            "report_period_start,report_period_end,interval_start,interval_end,pod,namespace,node,resource_id,pod_usage_cpu_core_seconds,pod_request_cpu_core_seconds,pod_limit_cpu_core_seconds,pod_usage_memory_byte_seconds,pod_request_memory_byte_seconds,pod_limit_memory_byte_seconds,node_capacity_cpu_cores,node_capacity_cpu_core_seconds,node_capacity_memory_bytes,node_capacity_memory_byte_seconds,pod_labels\n";

    /** Line items. */
    public int rows() {
        return pods * hours;
    }

    /**
     * Writes the archive.
     *
     * @param level of gzip
     * @return bytes of its contents
     */
    public long write(Path archive, int level) throws IOException {
        final Instant end = DAY.plus(Duration.ofHours(hours));
        final String manifest = "{\"uuid\":\"" + uuid + "\",\"cluster_id\":\"" + clusterId
                + "\",\"version\":\"1\",\"files\":[\"pods.csv\"],\"date\":\"" + end
                + "\",\"daily_reports\":true,\"start\":\"" + DAY + "\",\"end\":\"" + end.minusSeconds(1) + "\"}";
        final long[] bytes = {HEADER.length()};
        lines(line -> bytes[0] += line.length());
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
            lines(line -> {
                try {
                    tar.write(line.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            tar.closeArchiveEntry();
        }
        return bytes[0] + manifest.length();
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
        final TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }

    private void lines(Consumer<String> line) {
        final SplittableRandom random = new SplittableRandom(1);
        for (int hour = 0; hour < hours; hour++) {
            final String times = String.format(
                    Locale.ROOT,
                    "2026-11-01 00:00:00 +0000 UTC,2026-12-01 00:00:00 +0000 UTC,2026-11-01 %1$02d:00:00 +0000 UTC,"
                            + "2026-11-01 %1$02d:59:59 +0000 UTC,",
                    hour);
            for (int i = 0; i < pods; i++) {
                final int pod = (int) ((i * STEP + hour) % pods);
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
