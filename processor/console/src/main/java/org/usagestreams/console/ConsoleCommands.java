package org.usagestreams.console;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command that runs the console. */
public final class ConsoleCommands implements CommandProvider {
    /** For the service loader. */
    public ConsoleCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(ConsoleCommand.class);
    }
}
