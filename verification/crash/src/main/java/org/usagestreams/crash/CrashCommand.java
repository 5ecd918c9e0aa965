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
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.Folders;
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
                        + " cuts the network to broker, store and PostgreSQL, while objects come and go. It stops PostgreSQL"
                        + " in a transaction, cuts its connections after some bytes, moves the sink's tasks between two"
                        + " workers, resets the connector's offsets, and lets the sink read its topic from the beginning into"
                        + " an empty and a full table. In the second half of the rounds the summary topic is compacted as"
                        + " hard as Kafka allows. Each round has to end with"
                        + " the rows that the bucket leads to, and no row may ever hold half an object. A reader reads whole days all the time and"
                        + " counts those that are torn.",
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

    @Option(
            names = "--torn-allowed",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "How many torn days and steps back the reader may see in all rounds (${DEFAULT-VALUE}). A torn day's"
                            + " rows come from several summaries, some of them are missing, or they are not what summary_status"
                            + " says. With more the test fails.")
    private int tornAllowed;

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
                            .println("More torn days and steps back were seen than the " + tornAllowed
                                    + " that --torn-allowed allows.");
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
                "round %d of %d: %d uploads and removals; %s; as it has to be after %.1f s; %d rows compared; %d looks at"
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
