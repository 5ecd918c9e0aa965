package org.usagestreams.console;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import org.usagestreams.console.access.Tokens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the console until the process is told to end. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        description =
                "Runs the console: pages in a browser, and a JSON API, that show what happens to uploads. Operators"
                        + " who sign in can retry, discard and replay. Prints its address.")
public final class ConsoleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(
            names = "--make-token",
            paramLabel = "NAME",
            description = "Print a token for a new user, and the user's line for console.users.file. Does not start the"
                    + " console.")
    private String name;

    @Option(
            names = "--viewer",
            description = "With --make-token: create a viewer, who can only read, instead of an" + " operator.")
    private boolean viewer;

    /** For the command line that has this command. */
    public ConsoleCommand() {}

    /** The process of a console. */
    public static void main(String[] args) {
        System.exit(CommandRunner.run(new ConsoleCommand(), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        if (name != null) {
            makeToken(out);
            return 0;
        }
        try (ConsoleInstance instance = ConsoleInstance.start(settings.load())) {
            Shutdown.onSignal(instance::close);
            out.println("console:   " + instance.url());
            out.flush();
            instance.await();
        }
        return 0;
    }

    private void makeToken(PrintWriter out) {
        if (!name.matches("[^\\s#]\\S*")) {
            throw new ParameterException(spec.commandLine(), "NAME must not contain spaces: " + name);
        }
        final String token = Tokens.make(new SecureRandom());
        out.println("token, for " + name + " only: " + token);
        out.println("line of console.users.file, with the organisations instead of * if not all:");
        out.println(name + " " + (viewer ? "viewer" : "operator") + " * " + Tokens.hash(token));
        out.flush();
    }
}
