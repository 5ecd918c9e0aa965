package org.usagestreams.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.testkit.ProjectFiles;
import picocli.CommandLine;

/**
 * A script that people call.
 *
 * @param name its file's name
 * @param text what it holds
 */
record Script(String name, String text) {
    private static final String LAUNCHER = "usage-streams";

    /** What arguments are checked against, hundreds of times. */
    private static final CommandLine PROGRAM = program();

    private static final Pattern ALIAS = Pattern.compile("(?m)^exec .*/usage-streams\" ([\\w-]+) \"\\$@\"$");

    /** All scripts, by name. */
    static Map<String, Script> all() {
        final Map<String, Script> scripts = new TreeMap<>();
        try (Stream<Path> files = Files.list(ProjectFiles.of("scripts"))) {
            for (final Path file : files.filter(Files::isExecutable).toList()) {
                final String name = file.getFileName().toString();
                scripts.put(name, new Script(name, Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scripts.remove("lib.sh");
        return scripts;
    }

    /**
     * How a script calls usage-streams.
     *
     * @param program its main command
     * @param subcommand what the script puts before its own arguments; empty for none
     */
    record Call(CommandLine program, List<String> subcommand) {
        /** The command that gets these arguments. */
        CommandLine command(List<String> arguments) {
            final List<String> all = arguments(arguments);
            return all.isEmpty() ? program : program.getSubcommands().getOrDefault(all.get(0), program);
        }

        /** All arguments of the program. */
        List<String> arguments(List<String> arguments) {
            return Stream.concat(subcommand.stream(), arguments.stream()).toList();
        }
    }

    /** What it calls; empty for a script that does its work itself. */
    Optional<Call> call() {
        if (name.equals(LAUNCHER)) {
            return Optional.of(new Call(PROGRAM, List.of()));
        }
        final Matcher alias = ALIAS.matcher(text);
        return alias.find() ? Optional.of(new Call(PROGRAM, List.of(alias.group(1)))) : Optional.empty();
    }

    /** The program with all commands. */
    static CommandLine program() {
        return CommandRunner.line(new Main());
    }

    /** What is wrong with these arguments; empty where the command takes them. Nothing is run. */
    Optional<String> problem(List<String> arguments) {
        final Optional<Call> call = call();
        if (call.isEmpty()) {
            return arguments.stream()
                    .filter(argument -> argument.startsWith("--") && takesOptions() && !text.contains(argument))
                    .findFirst()
                    .map(argument -> "there is no option " + argument);
        }
        try {
            call.get().program().parseArgs(call.get().arguments(arguments).toArray(String[]::new));
            return Optional.empty();
        } catch (CommandLine.ParameterException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The first of these words that looks like an option and is none of the command nor of its subcommands. */
    Optional<String> unknownOption(List<String> words) {
        final Optional<CommandLine> command = call().map(call -> call.command(words));
        if (command.isEmpty()) {
            return problem(words);
        }
        final List<CommandLine> lines = new ArrayList<>(List.of(command.get()));
        lines.addAll(command.get().getSubcommands().values());
        return words.stream()
                .map(word -> word.replaceAll("[\\[\\].,;:)]", "").replaceFirst("=.*", ""))
                .flatMap(word -> Arrays.stream(word.split("\\|")))
                .filter(word -> word.matches("--?[a-z][a-z-]*"))
                .filter(word ->
                        lines.stream().noneMatch(line -> line.getCommandSpec().findOption(word) != null))
                .findFirst()
                .map(word -> "there is no option " + word);
    }

    /** Docker Compose's arguments are its own. */
    private boolean takesOptions() {
        return !text.contains("docker compose");
    }
}
