package org.usagestreams.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
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
    private static final Pattern CLI = Pattern.compile("(?m)^\\s*command_line(?: (\\w[\\w-]*))?(?= \"\\$@\")");
    private static final Pattern STANDALONE = Pattern.compile("(?m)^\\s*standalone (\\w+)");
    private static final Pattern CLASS = Pattern.compile("(?m)(?:start|service) \\S+ (org\\.[\\w.]+)");
    private static final String MAIN = "org.usagestreams.cli.Main";
    private static final String STANDALONE_MAIN = "org.usagestreams.standalone.Main";

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
     * How a script calls a program.
     *
     * @param program its main command
     * @param subcommand what the script puts before its own arguments; empty for none
     */
    record Call(CommandLine program, List<String> subcommand) {
        /** The command that gets the script's arguments. */
        CommandLine command() {
            return subcommand.isEmpty() ? program : program.getSubcommands().get(subcommand.get(0));
        }

        /** All arguments of the program. */
        String[] arguments(List<String> arguments) {
            return Stream.concat(subcommand.stream(), arguments.stream()).toArray(String[]::new);
        }
    }

    /** What it calls; empty for a script that does its work itself. */
    Optional<Call> call() {
        final Matcher cli = CLI.matcher(text);
        if (cli.find()) {
            return Optional.of(new Call(line(MAIN), cli.group(1) == null ? List.of() : List.of(cli.group(1))));
        }
        final Matcher standalone = STANDALONE.matcher(text);
        if (standalone.find()) {
            return Optional.of(new Call(line(STANDALONE_MAIN), List.of(standalone.group(1))));
        }
        final Matcher type = CLASS.matcher(text);
        return type.find() ? Optional.of(new Call(line(type.group(1)), List.of())) : Optional.empty();
    }

    /** The command that it starts; empty for a script that does its work itself. */
    Optional<CommandLine> command() {
        return call().map(Call::command);
    }

    private static CommandLine line(String type) {
        try {
            final Constructor<?> constructor = Class.forName(type).getDeclaredConstructor();
            constructor.setAccessible(true);
            return CommandRunner.line(constructor.newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("scripts/ names a class that is not there", e);
        }
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
            call.get().program().parseArgs(call.get().arguments(arguments));
            return Optional.empty();
        } catch (CommandLine.ParameterException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The first of these words that looks like an option and is none of the command nor of its subcommands. */
    Optional<String> unknownOption(List<String> words) {
        final Optional<CommandLine> command = command();
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
