package org.usagestreams.service.validator;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command that runs a validator. */
public final class ValidatorCommands implements CommandProvider {
    /** For the service loader. */
    public ValidatorCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(ValidatorCommand.class);
    }
}
