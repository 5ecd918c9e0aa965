package org.usagestreams.service.processor;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command that runs a processor. */
public final class ProcessorCommands implements CommandProvider {
    /** For the service loader. */
    public ProcessorCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(ProcessorCommand.class);
    }
}
