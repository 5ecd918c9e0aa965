package org.usagestreams.cli;

import java.util.List;
import org.usagestreams.commandline.CommandProvider;

/** The commands that work on a running system. */
public final class OperatorCommands implements CommandProvider {
    /** For the service loader. */
    public OperatorCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(
                TopicsCommand.class,
                AccessCommand.class,
                SinkCommand.class,
                FillfactorCommand.class,
                StrimziCommand.class,
                ReferenceCommand.class,
                GenerateCommand.class,
                UploadCommand.class,
                PayloadCommand.class,
                StatusCommand.class,
                WaitCommand.class,
                ThreadsCommand.class,
                ReconcileCommand.class,
                DeadLettersCommand.class,
                ReadmitCommand.class,
                ReplayCommand.class,
                SettingsCommand.class,
                CompletionCommand.class);
    }
}
