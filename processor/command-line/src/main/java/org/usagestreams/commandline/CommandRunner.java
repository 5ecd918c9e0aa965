package org.usagestreams.commandline;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import org.slf4j.LoggerFactory;
import org.usagestreams.settings.InvalidSettingsException;
import org.usagestreams.settings.NearestName;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs commands: exit code 0 done, 1 failed, 2 wrong usage. A failure is one message; its stack trace is logged at level
 * debug ({@code -Dusage.log.level=debug}).
 */
public final class CommandRunner {
    private static final Version VERSION = new Version();

    private CommandRunner() {}

    /** The exit code of the command that the arguments name. */
    public static int run(Object command, String... args) {
        return line(command).execute(args);
    }

    /** The command line of a command, for callers that set its output. */
    public static CommandLine line(Object command) {
        return configure(new CommandLine(command));
    }

    /**
     * Sets what all commands share: version, converters and the handling of failures. Call it when all subcommands are added.
     */
    public static CommandLine configure(CommandLine line) {
        setVersion(line);
        return line.registerConverter(LocalDate.class, CommandRunner::date)
                .registerConverter(UUID.class, CommandRunner::uuid)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, arguments) -> usage(wrong))
                .setExecutionExceptionHandler((failure, failed, parsed) -> {
                    final PrintWriter err = failed.getErr();
                    err.println(failed.getColorScheme().errorText(Printable.lines(FailureText.of(failure))));
                    // Starting the log takes longer than help does.
                    LoggerFactory.getLogger(CommandRunner.class).debug("where it failed", failure);
                    err.flush();
                    return failure instanceof InvalidSettingsException
                            ? CommandLine.ExitCode.USAGE
                            : CommandLine.ExitCode.SOFTWARE;
                })
                .setExecutionStrategy(parsed -> {
                    Quiet.set(isQuiet(parsed));
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setUsageHelpWidth(Terminal.columnsOfHelp());
    }

    private static void setVersion(CommandLine line) {
        line.getCommandSpec().versionProvider(VERSION);
        line.getSubcommands().values().forEach(CommandRunner::setVersion);
    }

    private static boolean isQuiet(CommandLine.ParseResult parsed) {
        final CommandLine.Model.OptionSpec option = parsed.commandSpec().root().findOption("--quiet");
        return option != null && Boolean.TRUE.equals(option.getValue());
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

    /** Names what is not known, and suggests what was meant. */
    private static String text(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            final CommandLine line = wrong.getCommandLine();
            final String name = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
            if (name.startsWith("-")) {
                return "There is no option " + name
                        + NearestName.suggestion(
                                name, line.getCommandSpec().optionsMap().keySet(), "");
            }
            if (!line.getSubcommands().isEmpty()) {
                return "There is no command '" + name + "'"
                        + NearestName.suggestion(name, line.getSubcommands().keySet(), "");
            }
            return "Cannot use '" + name + "': "
                    + line.getCommandSpec().qualifiedName() + " takes "
                    + (line.getCommandSpec().positionalParameters().isEmpty() ? "no" : "no further") + " parameters";
        }
        return String.valueOf(wrong.getMessage())
                .replaceFirst("^Error: ", "")
                .replaceFirst("is not an? (int|long)$", "is not a whole number");
    }

    /** Says what is wrong and where help is. The whole help would hide what is wrong. */
    private static int usage(ParameterException wrong) {
        final CommandLine line = wrong.getCommandLine();
        final PrintWriter err = line.getErr();
        err.println(line.getColorScheme().errorText(Printable.lines(text(wrong))));
        err.println("See " + line.getCommandSpec().qualifiedName() + " --help.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }
}
