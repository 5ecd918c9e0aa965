package org.usagestreams.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "processor",
        mixinStandardHelpOptions = true,
        description = "Runs the topology: row chunks to rows of the daily summary. Start more to share the work.")
final class ProcessorCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions settings;

    @Override
    public Integer call() throws InterruptedException {
        try (ProcessorInstance instance = ProcessorInstance.start(settings.load())) {
            Shutdown.onSignal(instance::close);
            instance.await();
        }
        return 0;
    }
}
