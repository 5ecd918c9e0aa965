package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.topics.TopicRole;

/** Measures the disk space of a pod row, in a system without other data. */
final class ByteBenchmark {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;

    /** Measures on a system that was just started. */
    ByteBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
    }

    /** Bytes a pod row: on the chunk topic, on changelogs, in local state. */
    record BytesPerRow(double chunkTopic, double changelogs, double state) {
        double total() {
            return chunkTopic + changelogs + state;
        }
    }

    BytesPerRow run() throws Exception {
        final Workload workload = Scale.ROWS_1M.workload();
        bench.target().publishReference(List.of(workload.source()));
        final Workload.ReportFile file =
                workload.write(data, List.of("pod_usage")).get(0);
        bench.target().upload(file);
        bench.target().await(List.of(file.key()), "LOADED", TIMEOUT);
        // Ended, it has written its state out.
        bench.cluster().stop(ProcessCluster.Part.PROCESSOR);
        final String chunks = bench.cluster().settings().topics().name(TopicRole.CHUNKS) + "-";
        final Path logs = bench.directory().resolve("broker");
        final double rows = workload.podRows();
        final BytesPerRow bytes = new BytesPerRow(
                Bench.bytes(logs, path -> isLogOf(path, chunks, "")) / rows,
                Bench.bytes(logs, path -> isLogOf(path, "", "-changelog-")) / rows,
                Bench.bytes(bench.directory().resolve("state"), path -> true) / rows);
        says.accept(String.format(
                Locale.ROOT,
                "bytes per pod row: chunk topic %.1f, changelogs %.1f, state %.1f",
                bytes.chunkTopic(),
                bytes.changelogs(),
                bytes.state()));
        return bytes;
    }

    private static boolean isLogOf(Path path, String prefix, String infix) {
        final String partition = path.getParent().getFileName().toString();
        return path.toString().endsWith(".log") && partition.startsWith(prefix) && partition.contains(infix);
    }
}
