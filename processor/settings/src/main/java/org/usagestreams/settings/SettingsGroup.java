package org.usagestreams.settings;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings of one module. A module names its group in {@code META-INF/services}, so that a service knows the settings of
 * the modules that it is made of.
 */
public interface SettingsGroup {
    /** Heading in the documentation. */
    String title();

    /** Place in the documentation; groups with smaller numbers come first. */
    int order();

    /**
     * Beginnings of the names that belong to this group. A service without the group ignores such settings, so that one file
     * can be shared by all services.
     */
    default List<String> prefixes() {
        return List.of();
    }

    /** Adds the settings, with defaults and limits. */
    void define(ConfigDef definition);
}
