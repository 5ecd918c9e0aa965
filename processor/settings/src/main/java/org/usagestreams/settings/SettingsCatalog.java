package org.usagestreams.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;

/** All settings of the modules on the class path. {@code docs/settings.md} is made of them. Immutable. */
public final class SettingsCatalog {
    /** Groups that some services are without; see {@link SettingsGroup#prefixes}. */
    static final List<String> OPTIONAL = List.of(
            "splitter.",
            "summary.",
            "ledger.",
            "reconcile.",
            "postgres.",
            "reference.",
            "completions.",
            "validation.",
            "intake.");

    private static final SettingsCatalog INSTALLED = new SettingsCatalog();

    private final List<SettingsGroup> groups = new ArrayList<>();
    private final ConfigDef definition = new ConfigDef();
    private final Set<String> absent = new TreeSet<>(OPTIONAL);

    private SettingsCatalog() {
        ServiceLoader.load(SettingsGroup.class).forEach(groups::add);
        groups.sort(Comparator.comparingInt(SettingsGroup::order));
        groups.forEach(group -> {
            group.define(definition);
            group.prefixes().forEach(absent::remove);
        });
    }

    /** Those of the modules on the class path. */
    public static SettingsCatalog installed() {
        return INSTALLED;
    }

    /** The definition of each setting. */
    public ConfigDef definition() {
        return definition;
    }

    /** Whether a name belongs to a module that this service is without. */
    boolean isOfAnotherService(String name) {
        return !definition.configKeys().containsKey(name) && absent.stream().anyMatch(name::startsWith);
    }

    /** The settings as Markdown, a table for each group. */
    public String toMarkdown() {
        final StringBuilder text = new StringBuilder();
        for (final SettingsGroup group : groups) {
            text.append("\n## ").append(group.title()).append("\n\n");
            append(text, group);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, SettingsGroup group) {
        final ConfigDef own = new ConfigDef();
        group.define(own);
        text.append("| setting | default | what it does |\n| --- | --- | --- |\n");
        own.configKeys().forEach((name, key) -> text.append("| `")
                .append(name)
                .append("` | ")
                .append(shownDefault(key))
                .append(" | ")
                .append(key.documentation.replace("|", "\\|"))
                .append(" |\n"));
    }

    private static String shownDefault(ConfigDef.ConfigKey key) {
        final Object value = key.defaultValue;
        final boolean none =
                value == null || value.toString().isEmpty() || List.of().equals(value);
        return none || key.type() == ConfigDef.Type.PASSWORD ? "" : "`" + value + "`";
    }
}
