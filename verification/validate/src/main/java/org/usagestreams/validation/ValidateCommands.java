package org.usagestreams.validation;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command that validates once. */
public final class ValidateCommands implements CommandProvider {
    /** For the service loader. */
    public ValidateCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(ValidateCommand.class);
    }
}
