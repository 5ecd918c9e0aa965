package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.wire.chunk.DayKey;

/** The effect of more stream threads if only they limit the rate: a filled chunk topic, many days, the sink off. */
final class ThreadBenchmark {
    private static final int PARTITIONS = 4;
    private static final int DAYS_PER_PARTITION = 6;
    private static final int ROUNDS = 5;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final LocalDate DATE = LocalDate.of(2026, 11, 1);

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;

    /** Measures on a system that was just started, with so many partitions as {@link #settings} says. */
    ThreadBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
    }

    static Map<String, String> settings() {
        return Map.of("topics.partitions", Integer.toString(PARTITIONS));
    }

    /**
     * Line items a second.
     *
     * @param replayed the topic read from its beginning by a JVM that was just started, all rows published
     * @param again all days summarised once more from state by the same JVM, as a change of reference data asks for, where
     *     it changes no row: then nothing but stream threads has anything to do
     */
    record Rates(double replayed, double again) {}

    /** Rates by number of threads. */
    Map<Integer, Rates> run(List<Integer> threads) throws Exception {
        final List<Workload> days = days();
        bench.target().publishReference(sources(days));
        bench.target().pauseSink(true);
        bench.cluster().stop(ProcessCluster.Part.PROCESSOR);
        final Instant start = Instant.now();
        upload(days);
        await(() -> bench.events().of("ObjectSplit", start, Instant.now()).size() >= days.size());
        final long lineItems = days.stream().mapToLong(Workload::podRows).sum();
        final Map<Integer, Rates> rates = new LinkedHashMap<>();
        for (final int count : threads) {
            final Rates rate = rates(count, days, lineItems);
            rates.put(count, rate);
            says.accept(String.format(
                    Locale.ROOT,
                    "%d stream threads: %d line items of %d days, from the topic %.2f M/s, from state %.2f M/s",
                    count,
                    lineItems,
                    days.size(),
                    rate.replayed() / 1e6,
                    rate.again() / 1e6));
        }
        return rates;
    }

    /** Days that are spread evenly over all partitions, so that threads have the same work. */
    private static List<Workload> days() {
        final Map<Integer, Integer> taken = new HashMap<>();
        final List<Workload> days = new ArrayList<>();
        for (int i = 0; days.size() < PARTITIONS * DAYS_PER_PARTITION; i++) {
            final Workload day =
                    Workload.ofNodes("threads-" + i, Scale.ROWS_500K.workload().nodes(), 1);
            final int partition = new DayKey(Workload.ORGANISATION, day.source(), DATE).partition(PARTITIONS);
            if (taken.merge(partition, 1, Integer::sum) <= DAYS_PER_PARTITION) {
                days.add(day);
            }
        }
        return days;
    }

    /** The same rows for every cluster; only the cluster differs. */
    private void upload(List<Workload> days) throws Exception {
        final Workload.ReportFile rows =
                days.get(0).write(data, List.of("pod_usage")).get(0);
        for (final Workload day : days) {
            bench.target().upload(new Workload.ReportFile("pod_usage", rows.file(), day.key("pod_usage")));
        }
    }

    /** A new application with its own state reads the chunk topic from its beginning. */
    private Rates rates(int threads, List<Workload> days, long lineItems) throws Exception {
        Instant start = Instant.now();
        bench.startProcessor(Map.of(
                "summary.threads", Integer.toString(threads),
                "summary.application.id", "benchmark-threads-" + threads,
                "summary.state.dir",
                        bench.directory().resolve("state-" + threads).toString()));
        final List<RecordedEvent> first = awaitDays(start, days.size());
        final Instant stored =
                bench.events().of("ChunkStored", start, Instant.now()).get(0).getStartTime();
        final double replayed =
                lineItems / Sample.seconds(stored, first.get(first.size() - 1).getEndTime());
        final List<Double> again = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            bench.events().settle();
            start = Instant.now();
            bench.target().publishReference(sources(days), "nothing-has-this-key-" + threads + "-" + round);
            final List<RecordedEvent> passes = awaitDays(start, days.size());
            final Instant began = passes.stream()
                    .map(RecordedEvent::getStartTime)
                    .min(Instant::compareTo)
                    .orElseThrow();
            again.add(lineItems
                    / Sample.seconds(began, passes.get(passes.size() - 1).getEndTime()));
        }
        bench.cluster().stop(ProcessCluster.Part.PROCESSOR);
        return new Rates(replayed, Sample.of(again).median());
    }

    /** The passes over days with rows, ordered by their ends, after every day had at least one. */
    private List<RecordedEvent> awaitDays(Instant from, int days) {
        await(() -> passes(from).stream()
                        .map(event -> event.getString("source"))
                        .collect(Collectors.toSet())
                        .size()
                >= days);
        return passes(from);
    }

    private List<RecordedEvent> passes(Instant from) {
        return bench.events().of("DaySummarised", from, Instant.now()).stream()
                .filter(event -> event.getLong("lineItems") > 0)
                .toList();
    }

    private static List<String> sources(List<Workload> days) {
        return days.stream().map(Workload::source).toList();
    }

    private void await(BooleanSupplier condition) {
        final Instant deadline = Instant.now().plus(TIMEOUT);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("Not everything was done within " + TIMEOUT);
            }
            bench.cluster().requireAlive();
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }
}
