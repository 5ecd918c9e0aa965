package org.usagestreams.validation;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.SettingsOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code scripts/validate}. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Checks the table in PostgreSQL against the bucket, every row and column: derives the summary from the"
                    + " objects by one DuckDB statement that shares nothing with the processor.",
            "Objects are copied to a temporary folder first. Run it when nothing is on its way (scripts/wait): what the"
                    + " bucket has and the table does not have yet is a difference. So is a day whose objects have left the"
                    + " bucket while its rows stay, by retention.days or objects.removals=keep: leave it out by --from.",
            "Exit codes: 0 all is the same, 1 something differs, 2 wrong usage."
        })
public final class ValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--source", paramLabel = "UUID", description = "Only this cluster.")
    private UUID source;

    @Option(names = "--from", paramLabel = "DATE", description = "First usage date, such as 2025-11-03.")
    private LocalDate from;

    @Option(names = "--to", paramLabel = "DATE", description = "Last usage date.")
    private LocalDate to;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "20",
            description = "Differences that are told one by one.")
    private int most;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "1GB", description = "Most memory of DuckDB.")
    private String memory;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Where objects are copied to for a while; the system's temporary folder by default.")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"));

    public ValidateCommand() {}

    /** A process that validates once. */
    public static void main(String[] args) {
        System.exit(CommandRunner.run(new ValidateCommand(), args));
    }

    @Override
    public Integer call() throws Exception {
        final Validation.Outcome outcome = new Validation(options.load(), work, memory)
                .run(new Validation.Scope(source == null ? null : source.toString(), from, to, most));
        final PrintWriter out = spec.commandLine().getOut();
        outcome.unreadable().forEach(key -> out.println("not readable as a report, so it counts for nothing: " + key));
        outcome.differences().forEach(out::println);
        if (outcome.differing() > outcome.differences().size()) {
            out.println(
                    "... and " + (outcome.differing() - outcome.differences().size()) + " more");
        }
        out.printf(
                "%d objects, %d rows expected, %d rows in the table: %s%n",
                outcome.objects(),
                outcome.expected(),
                outcome.found(),
                outcome.differing() == 0 ? "all the same" : outcome.differing() + " differ");
        out.flush();
        return outcome.differing() == 0 ? 0 : 1;
    }
}
