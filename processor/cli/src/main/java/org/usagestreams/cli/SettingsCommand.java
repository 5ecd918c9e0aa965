package org.usagestreams.cli;

import java.util.concurrent.Callable;
import org.usagestreams.settings.SettingsCatalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "settings",
        mixinStandardHelpOptions = true,
        description = "Prints all settings with their defaults, as Markdown tables.")
final class SettingsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(SettingsCatalog.installed().toMarkdown());
        spec.commandLine().getOut().flush();
        return 0;
    }
}
