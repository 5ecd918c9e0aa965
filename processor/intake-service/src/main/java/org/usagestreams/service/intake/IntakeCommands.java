package org.usagestreams.service.intake;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command that runs an intake. */
public final class IntakeCommands implements CommandProvider {
    /** For the service loader. */
    public IntakeCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(IntakeCommand.class);
    }
}
