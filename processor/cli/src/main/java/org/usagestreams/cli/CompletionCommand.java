package org.usagestreams.cli;

import java.util.concurrent.Callable;
import org.usagestreams.commandline.CommandRunner;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script that completes commands and options in bash and zsh.",
            "In bash, put this into ~/.bashrc: source <(usage-streams completion)",
            "In zsh, put this into ~/.zshrc: autoload -U +X bashcompinit && bashcompinit && source <(usage-streams"
                    + " completion)"
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(AutoComplete.bash("usage-streams", CommandRunner.line(new Main())));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
