package org.usagestreams.benchmark;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The commands that measure. */
public final class BenchmarkCommands implements CommandProvider {
    /** For the service loader. */
    public BenchmarkCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(BenchmarkCommand.class, DashboardCommand.class);
    }
}
