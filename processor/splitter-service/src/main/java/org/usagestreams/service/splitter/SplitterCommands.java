package org.usagestreams.service.splitter;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command that runs a splitter. */
public final class SplitterCommands implements CommandProvider {
    /** For the service loader. */
    public SplitterCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(SplitterCommand.class);
    }
}
