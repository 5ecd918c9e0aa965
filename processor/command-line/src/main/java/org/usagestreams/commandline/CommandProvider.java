package org.usagestreams.commandline;

import java.util.List;

/**
 * The commands that a module adds to {@code usage-streams}. Found by {@link java.util.ServiceLoader}, so that the launcher offers
 * the commands of the modules that are on the class path, and depends on none of them.
 */
@FunctionalInterface
public interface CommandProvider {
    /**
     * The classes of the commands, each with picocli's annotation and a name that no other module uses. They are instantiated only
     * when they are called.
     */
    List<Class<?>> commands();
}
