package org.usagestreams.standalone;

import org.usagestreams.commandline.CommandRunner;
import picocli.CommandLine.Command;

/** The commands that bring a system of their own. */
@Command(
        name = "usage-streams",
        mixinStandardHelpOptions = true,
        description = "Turns OpenShift usage reports in a bucket into the daily cost summary in PostgreSQL.",
        subcommands = {RunCommand.class, CaseCommand.class, PartCommand.class})
public final class Main {
    Main() {}

    public static void main(String[] args) {
        System.exit(CommandRunner.run(new Main(), args));
    }
}
