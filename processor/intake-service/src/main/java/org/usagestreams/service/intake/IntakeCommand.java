package org.usagestreams.service.intake;

import java.util.concurrent.Callable;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs an intake until the process is told to end. */
@Command(
        name = "intake",
        mixinStandardHelpOptions = true,
        description =
                "Runs an intake: unpacks the payloads of clusters' operators, both announced ones and those in the"
                        + " bucket, into the objects that splitters read. Start several to share the work.")
public final class IntakeCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions settings;

    /** For the command line that has this command. */
    public IntakeCommand() {}

    /** The process of one intake. */
    public static void main(String[] args) {
        System.exit(CommandRunner.run(new IntakeCommand(), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (IntakeInstance instance =
                IntakeInstance.start(settings.loadForService(Part.KAFKA, Part.STORE, Part.POSTGRES))) {
            Shutdown.onSignal(instance::close);
            instance.await();
        }
        return 0;
    }
}
