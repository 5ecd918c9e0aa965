package org.usagestreams.crash;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.Folders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command of the crash test. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description =
                "Kills splitter, processor, Connect, broker and PostgreSQL at random moments, also two at once, and"
                        + " cuts the network to broker, store and PostgreSQL, while objects are uploaded, replaced and"
                        + " removed. It also stops PostgreSQL in a transaction, cuts its connections after some bytes,"
                        + " moves the sink's tasks between two workers, resets the connector's offsets, and lets the sink"
                        + " read its topic from the beginning into an empty and a full table. In the second half of the"
                        + " rounds, Kafka compacts the summary topic as aggressively as possible. After each round"
                        + " the table must match the bucket. A reader reads whole days all the time and counts torn days.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the table matched the bucket after every round",
            "1:it did not match, or the command failed",
            "2:wrong usage"
        })
public final class CrashCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Seed of the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Folder for the data of the system. It is removed afterwards if all rounds are good.")
    private Path work;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes a report in Markdown to this file.")
    private Path out;

    @Option(
            names = "--torn-allowed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Torn days and steps back that the reader may see in all rounds together (default:"
                    + " ${DEFAULT-VALUE}); with more, the test fails. The rows of a torn day come from several"
                    + " revisions, or some are missing, or they contradict summary_status.")
    private int tornAllowed;

    @Override
    public Integer call() throws Exception {
        final Path directory = work == null ? Files.createTempDirectory("usage-streams-crash-") : work;
        final List<CrashRounds.Round> done = new ArrayList<>();
        final Instant start = Instant.now();
        boolean good = true;
        try (CrashRounds system = new CrashRounds(directory, seed)) {
            for (int number = 0; number < rounds && good; number++) {
                if (number == rounds / 2) {
                    system.compactHard();
                }
                final CrashRounds.Round round = system.run(number);
                done.add(round);
                say(number, round);
                final CrashReport report = new CrashReport(
                        String.format(Locale.ROOT, "scripts/crash --rounds %d --seed %d", rounds, seed),
                        Duration.between(start, Instant.now()),
                        system.database(),
                        tornAllowed,
                        system.left(),
                        List.copyOf(done));
                good = round.isGood() && !report.isTornTooOften();
                if (report.isTornTooOften()) {
                    spec.commandLine()
                            .getErr()
                            .println("The reader saw more torn days and steps back than --torn-allowed " + tornAllowed
                                    + " allows.");
                }
                if (out != null) {
                    Files.writeString(out, report.page());
                }
            }
        }
        if (good) {
            Folders.delete(directory);
        } else {
            spec.commandLine().getErr().println("The logs of all parts are in " + directory.resolve("cluster") + ".");
        }
        return good ? 0 : 1;
    }

    private void say(int number, CrashRounds.Round round) {
        final DayTally.Seen seen = DayTally.Seen.sum(round.seen());
        final PrintWriter console = spec.commandLine().getOut();
        console.printf(
                Locale.ROOT,
                "round %d of %d: %d uploads and removals; %s; settled after %.1f s; %d rows compared; %d looks at"
                        + " all days, %d versions seen, %d torn days, %d steps back%n",
                number + 1,
                rounds,
                round.operations(),
                String.join(", ", round.faults()),
                round.settled().toMillis() / 1e3,
                round.rows(),
                seen.looks(),
                seen.newer(),
                seen.torn(),
                seen.stepsBack());
        round.impossible().forEach(row -> console.println("  IMPOSSIBLE " + row));
        round.wrong().forEach(wrong -> console.println("  WRONG " + wrong));
        console.flush();
    }
}
