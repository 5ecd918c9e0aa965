package org.usagestreams.standalone;

import org.usagestreams.commandline.CommandRunner;
import picocli.CommandLine.Command;

/** What processes of a cluster are started by: {@link PartProcesses} and tests. People call usage-streams. */
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
