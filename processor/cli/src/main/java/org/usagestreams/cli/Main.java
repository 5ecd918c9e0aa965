package org.usagestreams.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.usagestreams.commandline.CommandProvider;
import org.usagestreams.commandline.CommandRunner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program {@code usage-streams}: all commands of the modules on the class path, as subcommands. */
@Command(
        name = "usage-streams",
        mixinStandardHelpOptions = true,
        description = "Turns OpenShift usage reports in a bucket into the daily cost summary in PostgreSQL.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "usage-streams COMMAND --help shows the options of a command. Exit codes: 0 done, 1 failed, 2 wrong usage;"
                    + " the help of a command lists its others."
        },
        modelTransformer = Main.Subcommands.class)
public final class Main {
    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Prints only results and errors: no progress, and no report of what was done.")
    @SuppressWarnings("unused") // CommandRunner asks for it by its name.
    private boolean quiet;

    private final Map<String, Class<?>> commands;

    /** The command whose options are read; null for all of them. */
    private final String called;

    /** The program with all commands. */
    public Main() {
        this(null);
    }

    private Main(String called) {
        this.called = called;
        commands = commands();
    }

    /** The exit code of a call. It reads as little of the commands as the call needs: reading all options takes longer. */
    public static int run(String... arguments) {
        return CommandRunner.run(new Main(arguments.length == 0 ? "" : arguments[0]), arguments);
    }

    /** A process that runs one command. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static Map<String, Class<?>> commands() {
        final Map<String, Class<?>> commands = new TreeMap<>();
        for (final CommandProvider provider : ServiceLoader.load(CommandProvider.class, new OwnJars())) {
            for (final Class<?> type : provider.commands()) {
                final String name = type.getAnnotation(Command.class).name();
                if (commands.put(name, type) != null) {
                    throw new IllegalStateException("two modules have a command " + name);
                }
            }
        }
        return commands;
    }

    /** Adds the commands, and shows them by group. */
    static final class Subcommands implements IModelTransformer {
        /** Calls that need no command. */
        private static final Set<String> HELP = Set.of("--help", "-h", "--version", "-V");

        Subcommands() {}

        @Override
        public CommandSpec transform(CommandSpec spec) {
            final Main main = (Main) spec.userObject();
            if (main.called != null && HELP.contains(main.called)) {
                // Without subcommands, it would not be in the synopsis.
                spec.usageMessage().customSynopsis(spec.name() + " [-hqV] COMMAND");
            } else if (main.called != null && main.commands.containsKey(main.called)) {
                spec.addSubcommand(main.called, new CommandLine(main.commands.get(main.called)));
            } else {
                main.commands.forEach((name, type) -> spec.addSubcommand(
                        name, main.called == null ? new CommandLine(type) : new CommandLine(nameOf(name, type))));
            }
            final Map<String, CommandLine.IHelpSectionRenderer> sections =
                    spec.usageMessage().sectionMap();
            sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
            sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> list(help, main.commands));
            return spec;
        }

        /** As much of a command as the list of commands shows. */
        private static CommandSpec nameOf(String name, Class<?> type) {
            final CommandSpec spec = CommandSpec.create().name(name);
            spec.usageMessage().description(type.getAnnotation(Command.class).description());
            return spec;
        }

        /** Those of no group come last. */
        private static String list(Help help, Map<String, Class<?>> commands) {
            final Map<String, Help> left = new TreeMap<>();
            commands.forEach((name, type) -> left.put(name, new Help(nameOf(name, type), help.colorScheme())));
            final List<String> sections = new ArrayList<>();
            for (final CommandGroup group : CommandGroup.values()) {
                final Map<String, Help> members = new LinkedHashMap<>();
                for (final String name : group.commands()) {
                    if (left.containsKey(name)) {
                        members.put(name, left.remove(name));
                    }
                }
                section(help, group.title(), members, sections);
            }
            section(help, "Others", left, sections);
            return String.join("", sections);
        }

        private static void section(Help help, String title, Map<String, Help> members, List<String> sections) {
            if (!members.isEmpty()) {
                sections.add(System.lineSeparator()
                        + help.colorScheme().ansi().string("@|bold " + title + "|@")
                        + System.lineSeparator()
                        + help.commandList(members));
            }
        }
    }
}
