package org.usagestreams.service.processor;

import java.util.concurrent.Callable;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a processor until the process is told to end. */
@Command(
        name = "processor",
        mixinStandardHelpOptions = true,
        description = "Runs a processor: turns chunks into rows of the daily summary. Start several to share the work.")
public final class ProcessorCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions settings;

    /** For the command line that has this command. */
    public ProcessorCommand() {}

    /** The process of one processor. */
    public static void main(String[] args) {
        System.exit(CommandRunner.run(new ProcessorCommand(), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (ProcessorInstance instance = ProcessorInstance.start(settings.loadForService(Part.KAFKA, Part.POSTGRES))) {
            Shutdown.onSignal(instance::close);
            instance.await();
        }
        return 0;
    }
}
