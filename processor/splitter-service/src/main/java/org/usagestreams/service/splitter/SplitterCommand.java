package org.usagestreams.service.splitter;

import java.util.concurrent.Callable;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a splitter until the process is told to end. */
@Command(
        name = "splitter",
        mixinStandardHelpOptions = true,
        description =
                "Runs a splitter: reads the objects that notifications name, and turns them into chunks. Start several to"
                        + " share the work.")
public final class SplitterCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions settings;

    /** For the command line that has this command. */
    public SplitterCommand() {}

    /** The process of one splitter. */
    public static void main(String[] args) {
        System.exit(CommandRunner.run(new SplitterCommand(), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (SplitterInstance instance = SplitterInstance.start(settings.loadForService(Part.KAFKA, Part.STORE))) {
            Shutdown.onSignal(instance::close);
            instance.await();
        }
        return 0;
    }
}
