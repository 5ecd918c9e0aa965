package org.usagestreams.commandline;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.settings.InvalidSettingsException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs commands: exit code 0 done, 1 failed, 2 wrong usage. A failure is one message; its stack trace is logged at level
 * debug ({@code -Dusage.log.level=debug}).
 */
public final class CommandRunner {
    private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);

    private CommandRunner() {}

    /** The exit code of the command that the arguments name. */
    public static int run(Object command, String... args) {
        return line(command).execute(args);
    }

    /** The command line of a command, for callers that set its output. */
    public static CommandLine line(Object command) {
        return new CommandLine(command)
                .registerConverter(LocalDate.class, CommandRunner::date)
                .registerConverter(UUID.class, CommandRunner::uuid)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, arguments) -> usage(wrong))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    final PrintWriter err = line.getErr();
                    err.println(line.getColorScheme().errorText(Printable.lines(FailureText.of(failure))));
                    LOG.debug("where it failed", failure);
                    err.flush();
                    return failure instanceof InvalidSettingsException
                            ? CommandLine.ExitCode.USAGE
                            : CommandLine.ExitCode.SOFTWARE;
                })
                .setUsageHelpAutoWidth(true);
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is not a date, such as 2025-11-03");
        }
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' is not a UUID");
        }
    }

    /** Says what is wrong and where help is. The whole help would hide what is wrong. */
    private static int usage(ParameterException wrong) {
        final CommandLine line = wrong.getCommandLine();
        final PrintWriter err = line.getErr();
        err.println(line.getColorScheme()
                .errorText(Printable.lines(String.valueOf(wrong.getMessage()).replaceFirst("^Error: ", ""))));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("See " + line.getCommandSpec().qualifiedName() + " --help.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }
}
