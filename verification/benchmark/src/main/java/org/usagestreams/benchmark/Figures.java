package org.usagestreams.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All measurements of one invocation. Those that were not requested are empty or null. */
final class Figures {
    private final List<ScaleBenchmark.Run> runs = new ArrayList<>();
    private String database = "";
    private LatencyBenchmark.Latencies latencies;
    private List<SinkBenchmark.Load> sinks = List.of();
    private ByteBenchmark.BytesPerRow bytes;
    private ReplayBenchmark.Replays replays;
    private PayloadBenchmark.Payloads payloads;
    private Map<Integer, ThreadBenchmark.Rates> threads = Map.of();
    private Map<String, StageBenchmark.Rate> stages = Map.of();

    void add(ScaleBenchmark.Run run) {
        runs.add(run);
    }

    /** How PostgreSQL committed, as text. */
    void database(String described) {
        database = described;
    }

    String database() {
        return database;
    }

    void latencies(LatencyBenchmark.Latencies measured) {
        latencies = measured;
    }

    void sinks(List<SinkBenchmark.Load> measured) {
        sinks = List.copyOf(measured);
    }

    void bytes(ByteBenchmark.BytesPerRow measured) {
        bytes = measured;
    }

    void threads(Map<Integer, ThreadBenchmark.Rates> measured) {
        threads = new TreeMap<>(measured);
    }

    void stages(Map<String, StageBenchmark.Rate> measured) {
        stages = new LinkedHashMap<>(measured);
    }

    void payloads(PayloadBenchmark.Payloads measured) {
        payloads = measured;
    }

    PayloadBenchmark.Payloads payloads() {
        return payloads;
    }

    void replays(ReplayBenchmark.Replays measured) {
        replays = measured;
    }

    ReplayBenchmark.Replays replays() {
        return replays;
    }

    List<ScaleBenchmark.Run> runs() {
        return runs;
    }

    /** The runs of each scale with so many threads, in the order of the scales. */
    Map<Scale, List<ScaleBenchmark.Run>> runs(int threadCount) {
        final Map<Scale, List<ScaleBenchmark.Run>> byScale = new TreeMap<>();
        runs.stream().filter(run -> run.threads() == threadCount).forEach(run -> byScale.computeIfAbsent(
                        run.scale(), s -> new ArrayList<>())
                .add(run));
        return byScale;
    }

    LatencyBenchmark.Latencies latencies() {
        return latencies;
    }

    List<SinkBenchmark.Load> sinks() {
        return sinks;
    }

    ByteBenchmark.BytesPerRow bytes() {
        return bytes;
    }

    Map<Integer, ThreadBenchmark.Rates> threads() {
        return threads;
    }

    Map<String, StageBenchmark.Rate> stages() {
        return stages;
    }
}
