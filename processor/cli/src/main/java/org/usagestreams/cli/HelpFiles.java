package org.usagestreams.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.usagestreams.commandline.CommandRunner;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * Writes the texts that the launcher prints without starting a JVM: the help of every command, the version, and the completion script.
 * The build of the distribution runs it, so these texts always belong to the jars beside them.
 *
 * <p>Help is written for two widths of a terminal, with and without colours: {@code help/plain-80.txt} lists the commands, {@code
 * help/plain-80/topics.txt} is the help of a command, and {@code help/plain-80/topics/grow.txt} that of a subcommand.
 */
final class HelpFiles {
    private static final List<Integer> WIDTHS = List.of(80, 120);

    private HelpFiles() {}

    /** Takes the folder to write to. */
    public static void main(String[] arguments) throws IOException {
        final Path folder = Path.of(arguments[0]);
        final CommandLine line = CommandRunner.line(new Main());
        for (final int width : WIDTHS) {
            line.setUsageHelpWidth(width);
            write(folder.resolve("help"), "plain-" + width, line, Ansi.OFF);
            write(folder.resolve("help"), "colour-" + width, line, Ansi.ON);
        }
        text(
                folder.resolve("help/version.txt"),
                String.join("\n", line.getCommandSpec().version()) + "\n");
        text(folder.resolve("completion/usage-streams.bash"), AutoComplete.bash("usage-streams", line));
    }

    private static void write(Path folder, String name, CommandLine line, Ansi ansi) throws IOException {
        text(folder.resolve(name + ".txt"), line.getUsageMessage(ansi));
        for (final var subcommand : line.getSubcommands().entrySet()) {
            write(folder.resolve(name), subcommand.getKey(), subcommand.getValue(), ansi);
        }
    }

    private static void text(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
