package org.usagestreams.command;

import java.util.concurrent.Callable;
import org.usagestreams.loading.LoadWatch;
import org.usagestreams.settings.Settings;
import org.usagestreams.topology.SummaryService;
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
        final Settings loaded = settings.load();
        try (SummaryService service = Services.summary(loaded);
                LoadWatch watch = Services.loadWatch(loaded)) {
            Shutdown.onSignal(watch::close);
            Shutdown.onSignal(service::close);
            watch.start();
            service.start().await();
        }
        return 0;
    }
}
