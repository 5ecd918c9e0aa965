package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.settings.SettingsCatalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "settings",
        mixinStandardHelpOptions = true,
        description = "Prints all settings with their defaults, as Markdown tables.")
final class SettingsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ListFormat format;

    @Override
    public Integer call() {
        final SettingsCatalog settings = SettingsCatalog.installed();
        if (format.isForPeople()) {
            spec.commandLine().getOut().print(settings.toMarkdown());
            spec.commandLine().getOut().flush();
        } else {
            format.print(
                    settings.definition().configKeys().values().stream()
                            .map(SettingsCommand::row)
                            .toList(),
                    spec.commandLine().getOut());
        }
        return 0;
    }

    private static ObjectNode row(ConfigDef.ConfigKey key) {
        return JsonRows.row()
                .put("setting", key.name)
                .put("type", key.type().name())
                .put(
                        "default",
                        key.defaultValue == null ? null : ConfigDef.convertToString(key.defaultValue, key.type()))
                .put("about", key.documentation);
    }
}
