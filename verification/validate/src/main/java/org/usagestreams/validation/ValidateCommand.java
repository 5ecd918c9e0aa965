package org.usagestreams.validation;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.settings.InvalidSettingsException;
import org.usagestreams.settings.Settings;
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
            "Rows that cost management wrote into the same table are not looked at. Of a month that it has purged, no rows are"
                    + " expected. Sources that it has removed are not compared.",
            "Objects are copied to a temporary folder first. Run it when nothing is on its way (scripts/wait): what the"
                    + " bucket has and the table does not have yet is a difference. So is a day whose objects have left the"
                    + " bucket while its rows stay, by retention.days or objects.removals=keep: leave it out by --from.",
            "A file that cannot be read is named and stops no other; where the splitter has counted it, its days are not"
                    + " compared. What the splitter refused is named and not compared.",
            "With --from and --to only files are opened that hold line items of these dates, as the ledger has it.",
            "Exit codes: 0 all is the same, 1 something differs, 2 wrong usage, 5 it cannot be told: nothing differs, but not"
                    + " all could be compared; or PostgreSQL, Kafka or the store does not answer."
        })
public final class ValidateCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ValidateCommand.class);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--source", paramLabel = "UUID", description = "Only this cluster.")
    private UUID source;

    @Option(names = "--organisation", paramLabel = "NAME", description = "Only this organisation.")
    private String organisation;

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

    @Option(names = "--json", description = "One JSON object with what came of it.")
    private boolean json;

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
        final ValidationReport report = new ValidationReport(spec.commandLine().getOut(), json);
        final Settings settings = options.load();
        final Validation.Outcome outcome;
        try {
            outcome = new Validation(settings, work, memory)
                    .run(new Validation.Scope(source == null ? null : source.toString(), organisation, from, to, most));
        } catch (InvalidSettingsException e) {
            throw e;
        } catch (Exception e) {
            LOG.debug("where it failed", e);
            return report.printFailure(e);
        }
        return report.print(outcome);
    }
}
