package org.usagestreams.commandline;

import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.settings.InvalidSettingsException;
import picocli.CommandLine;

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

    /** The command line of a command, for who wants to hear what it says. */
    public static CommandLine line(Object command) {
        return new CommandLine(command)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    final PrintWriter err = line.getErr();
                    err.println(line.getColorScheme().errorText(Printable.lines(message(failure))));
                    LOG.debug("where it failed", failure);
                    err.flush();
                    return failure instanceof InvalidSettingsException
                            ? CommandLine.ExitCode.USAGE
                            : CommandLine.ExitCode.SOFTWARE;
                })
                .setUsageHelpAutoWidth(true);
    }

    private static String message(Throwable failure) {
        final String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.toString() : message;
    }
}
