package org.usagestreams.cli;

import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.service.processor.ProcessorCommand;
import org.usagestreams.service.splitter.SplitterCommand;
import picocli.CommandLine.Command;

/** The commands that work on a running system. */
@Command(
        name = "usage-streams",
        mixinStandardHelpOptions = true,
        description = "Turns OpenShift usage reports in a bucket into the daily cost summary in PostgreSQL.",
        subcommands = {
            SplitterCommand.class,
            ProcessorCommand.class,
            TopicsCommand.class,
            AccessCommand.class,
            SinkCommand.class,
            FillfactorCommand.class,
            StrimziCommand.class,
            ReferenceCommand.class,
            GenerateCommand.class,
            UploadCommand.class,
            StatusCommand.class,
            WaitCommand.class,
            ThreadsCommand.class,
            ReconcileCommand.class,
            DeadLettersCommand.class,
            ReadmitCommand.class,
            ReplayCommand.class,
            SettingsCommand.class
        })
public final class Main {
    public Main() {}

    public static void main(String[] args) {
        System.exit(CommandRunner.run(new Main(), args));
    }
}
