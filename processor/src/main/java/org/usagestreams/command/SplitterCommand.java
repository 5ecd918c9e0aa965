package org.usagestreams.command;

import java.util.concurrent.Callable;
import org.usagestreams.reconcile.ReconcileService;
import org.usagestreams.settings.Settings;
import org.usagestreams.splitter.SplitterService;
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
        final Settings loaded = settings.load();
        try (SplitterService service = Services.splitter(loaded);
                ReconcileService reconcile = Reconciliation.service(loaded, service)) {
            Shutdown.onSignal(reconcile::close);
            Shutdown.onSignal(service::close);
            reconcile.start();
            service.start().await();
        }
        return 0;
    }
}
