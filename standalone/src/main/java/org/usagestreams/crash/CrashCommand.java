package org.usagestreams.crash;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.usagestreams.command.CommandRunner;
import org.usagestreams.command.Folders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The crash test as a command of its own. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description =
                "Kills splitter, processor, Connect, broker and PostgreSQL at random moments, also two at once, and"
                        + " cuts the network to broker, store and PostgreSQL, while objects come and go. Each round has to end with"
                        + " the rows that the bucket leads to, and no row may ever hold half an object.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:every round ended as it has to", "1:one did not, or the command failed", "2:wrong usage"})
public final class CrashCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "3", description = "How many rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seed", defaultValue = "1", description = "What chance begins with (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--work", description = "A folder for the system's data, which is removed afterwards.")
    private Path work;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes a report as Markdown.")
    private Path out;

    /** Where a checkout's scripts call it. */
    public static void main(String[] args) {
        System.exit(CommandRunner.run(new CrashCommand(), args));
    }

    @Override
    public Integer call() throws Exception {
        final Path directory = work == null ? Files.createTempDirectory("usage-streams-crash-") : work;
        final List<CrashRounds.Round> done = new ArrayList<>();
        final Instant start = Instant.now();
        boolean good = true;
        try (CrashRounds system = new CrashRounds(directory, seed)) {
            for (int number = 0; number < rounds && good; number++) {
                final CrashRounds.Round round = system.run(number);
                done.add(round);
                good = round.isGood();
                say(number, round);
                write(done, Duration.between(start, Instant.now()));
            }
        }
        if (good) {
            Folders.delete(directory);
        } else {
            spec.commandLine().getErr().println("what each part said is in " + directory.resolve("fleet"));
        }
        return good ? 0 : 1;
    }

    private void say(int number, CrashRounds.Round round) {
        final PrintWriter console = spec.commandLine().getOut();
        console.printf(
                Locale.ROOT,
                "round %d of %d: %d uploads and removals; %s; as it has to be after %.1f s; %d rows compared; %d looks at"
                        + " the table, %d versions seen, %d steps back%n",
                number + 1,
                rounds,
                round.operations(),
                String.join(", ", round.faults()),
                round.settled().toMillis() / 1e3,
                round.rows(),
                round.looks(),
                round.changes(),
                round.stepsBack());
        round.impossible().forEach(row -> console.println("  IMPOSSIBLE " + row));
        round.wrong().forEach(wrong -> console.println("  WRONG " + wrong));
        console.flush();
    }

    private void write(List<CrashRounds.Round> done, Duration passed) throws IOException {
        if (out == null) {
            return;
        }
        final Map<String, Long> faults = done.stream()
                .flatMap(round -> round.faults().stream())
                .collect(Collectors.groupingBy(fault -> fault, TreeMap::new, Collectors.counting()));
        final StringBuilder page = new StringBuilder("# Crash test\n\n");
        page.append(String.format(
                Locale.ROOT,
                "`scripts/crash --rounds %d --seed %d`: %d rounds in %d min; %d ended as they have to.%n%n",
                rounds,
                seed,
                done.size(),
                passed.toMinutes(),
                done.stream().filter(CrashRounds.Round::isGood).count()));
        page.append(String.format(
                Locale.ROOT,
                "%d uploads and removals, %d looks at the table, %d newer versions seen, %d times an older one again"
                        + " (a sink that was killed repeats what it did last), %d rows that no sum of whole objects leads"
                        + " to.%n%n",
                sum(done, CrashRounds.Round::operations),
                sum(done, CrashRounds.Round::looks),
                sum(done, CrashRounds.Round::changes),
                sum(done, CrashRounds.Round::stepsBack),
                done.stream().mapToLong(round -> round.impossible().size()).sum()));
        page.append("| fault | times |\n| --- | ---: |\n");
        faults.forEach((fault, times) ->
                page.append("| ").append(fault).append(" | ").append(times).append(" |\n"));
        page.append("\n| round | operations | faults | settled after | rows compared | |\n| ---: | ---: | --- | ---: |"
                + " ---: | --- |\n");
        for (int i = 0; i < done.size(); i++) {
            final CrashRounds.Round round = done.get(i);
            page.append(String.format(
                    Locale.ROOT,
                    "| %d | %d | %s | %.1f s | %d | %s |%n",
                    i + 1,
                    round.operations(),
                    String.join(", ", round.faults()),
                    round.settled().toMillis() / 1e3,
                    round.rows(),
                    round.isGood()
                            ? "as expected"
                            : "WRONG: " + String.join("; ", round.impossible()) + String.join("; ", round.wrong())));
        }
        Files.writeString(out, page);
    }

    private static long sum(List<CrashRounds.Round> all, ToLongFunction<CrashRounds.Round> figure) {
        return all.stream().mapToLong(figure).sum();
    }
}
