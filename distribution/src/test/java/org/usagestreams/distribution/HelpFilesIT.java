package org.usagestreams.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The texts that the build writes, and the launcher prints, are what the commands themselves print. */
class HelpFilesIT {
    private static final Path TARGET = Path.of("target");

    /** The words of each command and subcommand, without the program's name. */
    private static List<List<String>> commands(CommandLine line, List<String> words) {
        final List<List<String>> commands = new ArrayList<>(List.of(words));
        line.getSubcommands().forEach((name, command) -> {
            final List<String> longer = new ArrayList<>(words);
            longer.add(name);
            commands.addAll(commands(command, longer));
        });
        return commands;
    }

    private static Path file(String style, List<String> words) {
        return TARGET.resolve(
                "help/" + String.join("/", style, String.join("/", words)).replaceFirst("/$", "") + ".txt");
    }

    private static void compare(String style, int width, Ansi ansi) {
        final StringWriter out = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main())
                .setOut(new PrintWriter(out))
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setUsageHelpWidth(width);
        final List<List<String>> commands = commands(line, List.of());
        assertThat(commands).contains(List.of("crash"), List.of("topics", "grow"));
        for (final List<String> words : commands) {
            // The launcher takes both for a call for help.
            for (final String option : List.of("--help", "-h")) {
                out.getBuffer().setLength(0);
                final List<String> arguments = new ArrayList<>(words);
                arguments.add(option);
                assertThat(line.execute(arguments.toArray(String[]::new)))
                        .as(arguments.toString())
                        .isZero();
                assertThat(file(style, words)).hasContent(out.toString());
            }
        }
    }

    @Test
    void shouldHoldTheHelpOfEveryCommand() {
        compare("plain-80", 80, Ansi.OFF);
    }

    @Test
    void shouldHoldItForWideTerminalsWithColours() {
        compare("colour-120", 120, Ansi.ON);
    }

    @Test
    void shouldHoldTheCompletion() throws Exception {
        final StringWriter out = new StringWriter();
        CommandRunner.line(new Main()).setOut(new PrintWriter(out)).execute("completion");
        assertThat(Files.readString(TARGET.resolve("completion/usage-streams.bash")))
                .isEqualTo(out.toString());
    }
}
