package org.usagestreams.validation;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.commandline.ListFormat;
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
            "Compares every row and column of the table in PostgreSQL with the bucket: derives the summary from the"
                    + " objects a second time, by one DuckDB statement that shares no code with the processor.",
            "Rows that cost management wrote into the same table are ignored. A month that it has purged should have no"
                    + " rows. Sources that it has removed are not compared.",
            "Objects are copied to a temporary folder first. Run it when all uploads are loaded (scripts/wait): an"
                    + " object that is not loaded yet is a difference. So is a day whose objects have left the bucket"
                    + " while its rows stay, because of retention.days or objects.removals=keep. Leave such days out with"
                    + " --from.",
            "A file that cannot be read is named; if the splitter has counted it, its days are not compared. Files"
                    + " that the splitter refused are named and not compared.",
            "An organisation whose table cannot be read is named with the reason; the others are compared.",
            "--json prints the whole result as one object; --csv prints a line for each difference and for everything that"
                    + " was not compared.",
            "With --from and --to, only files with line items of these dates, according to the ledger, are opened."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:everything was compared and is the same",
            "1:rows differ, whether or not everything could be compared",
            "2:wrong usage",
            "5:unknown: nothing differs, but not everything could be compared: a file or an organisation's table cannot"
                    + " be read, or PostgreSQL, Kafka or the store does not answer"
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
            description = "Maximum number of differences to print.")
    private int most;

    @Mixin
    private ListFormat format;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "1GB", description = "Memory limit of DuckDB.")
    private String memory;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Folder for the copies of the objects. By default the system's temporary folder.")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"));

    public ValidateCommand() {}

    @Override
    public Integer call() throws Exception {
        final ValidationReport report = new ValidationReport(
                spec.commandLine().getOut(),
                format.isForPeople()
                        ? ValidationReport.Form.TEXT
                        : format.isCsv() ? ValidationReport.Form.CSV : ValidationReport.Form.JSON);
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
