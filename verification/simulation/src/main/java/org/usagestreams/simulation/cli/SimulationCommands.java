package org.usagestreams.simulation.cli;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The command that runs simulated histories. */
public final class SimulationCommands implements CommandProvider {
    /** For the service loader. */
    public SimulationCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(Simulate.class);
    }
}
