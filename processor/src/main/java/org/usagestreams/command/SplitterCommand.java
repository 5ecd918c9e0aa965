package org.usagestreams.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "splitter",
        mixinStandardHelpOptions = true,
        description = "Runs a splitter: bucket notifications to row chunks. Start more to share the work.")
final class SplitterCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions settings;

    @Override
    public Integer call() throws InterruptedException {
        try (SplitterInstance instance = SplitterInstance.start(settings.load())) {
            Shutdown.onSignal(instance::close);
            instance.await();
        }
        return 0;
    }
}
