package org.usagestreams.simulation.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.LongUnaryOperator;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.pipeline.PipelineHistories;
import org.usagestreams.simulation.streams.StreamsHistories;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs simulated histories, and reports the first that breaks an invariant. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs the protocol's code over a simulated broker and store, with random faults from seeds. See"
                + " docs/simulation.md.")
public final class Simulate implements Callable<Integer> {
    private static final long SECOND = 1_000_000_000L;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--histories",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Number of histories (default: ${DEFAULT-VALUE}).")
    private int histories;

    @Option(
            names = "--from",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Seed of the first history; the others have the following seeds (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--seed", paramLabel = "SEED", description = "Run only the history of this seed.")
    private Long seed;

    @Option(
            names = "--part",
            paramLabel = "PART",
            split = ",",
            defaultValue = "pipeline,summary",
            description = "Parts to run: pipeline (from uploads to the summary), summary (the topology alone). Default:"
                    + " ${DEFAULT-VALUE}.")
    private List<String> parts;

    private static final Map<String, LongUnaryOperator> PARTS = new TreeMap<>(
            Map.of("pipeline", PipelineHistories::run, "summary", seed -> StreamsHistories.run(seed, true)));

    @Override
    public Integer call() {
        for (final String part : parts) {
            if (!PARTS.containsKey(part)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "Invalid value for option '--part': '" + part + "' is none of " + PARTS.keySet());
            }
            if (!run(part)) {
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private boolean run(String part) {
        final LongUnaryOperator run = PARTS.get(part);
        final long first = seed != null ? seed : from;
        final long count = seed != null ? 1 : histories;
        final long start = System.nanoTime();
        long told = start;
        long steps = 0;
        for (long i = 0; i < count; i++) {
            try {
                steps += run.applyAsLong(first + i);
            } catch (ViolationException e) {
                System.out.println(part + ": seed " + (first + i) + " fails: " + e.getMessage());
                System.out.println("replay: scripts/simulate --part " + part + " --seed " + (first + i));
                return false;
            }
            if (System.nanoTime() - told > 10 * SECOND) {
                told = System.nanoTime();
                System.out.println(part + ": " + summary(i + 1, steps, told - start));
            }
        }
        System.out.println(part + ": " + summary(count, steps, System.nanoTime() - start) + ", no invariant broken");
        return true;
    }

    private static String summary(long histories, long steps, long nanos) {
        return String.format(
                "%,d histories, %,d calls, %.1f s, %,.0f histories a minute",
                histories, steps, nanos / (double) SECOND, histories * 60.0 * SECOND / nanos);
    }
}
