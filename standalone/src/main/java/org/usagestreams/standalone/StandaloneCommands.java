package org.usagestreams.standalone;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The commands that bring a system of their own. */
public final class StandaloneCommands implements CommandProvider {
    /** For the service loader. */
    public StandaloneCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(RunCommand.class, CaseCommand.class);
    }
}
