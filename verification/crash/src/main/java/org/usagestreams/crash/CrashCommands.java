package org.usagestreams.crash;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command of the crash test. */
public final class CrashCommands implements CommandProvider {
    /** For the service loader. */
    public CrashCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(CrashCommand.class);
    }
}
