package org.usagestreams.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.StreamThreads.StreamThread;
import org.usagestreams.operations.threads.LocalProcessors;
import org.usagestreams.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "threads",
        mixinStandardHelpOptions = true,
        description = "Shows the stream threads of the processors on this host, and their tasks. With a number, adds or"
                + " removes threads and waits for the rebalance. The change lasts until the processor ends; then"
                + " summary.threads applies again.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:no processor was found, or the rebalance took longer than http.resize.ms",
            "2:wrong usage"
        })
final class ThreadsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "N",
            description = "The new number of threads of each processor.")
    private Integer count;

    @Option(
            names = "--instance",
            paramLabel = "N",
            description = "Only this processor: the number in the name of its folder. By default all of this host.")
    private Integer instance;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.load();
        final Path state = Path.of(settings.text("summary.state.dir"));
        final LocalProcessors processors = new LocalProcessors(state);
        final Map<String, HttpInterface.Address> found = processors.addresses(instance);
        if (found.isEmpty()) {
            throw new IOException("Cannot find a processor on this host: none has a folder in " + state.toAbsolutePath()
                    + ". Set summary.state.dir to the directory that the processors use.");
        }
        final PrintWriter out = spec.commandLine().getOut();
        boolean settled = true;
        int reached = 0;
        for (final Map.Entry<String, HttpInterface.Address> entry : found.entrySet()) {
            try {
                final HttpInterface.Answer answer = processors.threads(entry.getValue(), count);
                reached++;
                settled &= answer.settled();
                show(out, entry.getKey(), entry.getValue(), answer);
            } catch (ConnectException e) {
                out.println(entry.getKey() + ": does not answer at "
                        + entry.getValue().url() + ". It was killed, or runs on another host.");
            }
        }
        if (reached == 0) {
            throw new IOException("Cannot show threads: no processor answers.");
        }
        return settled ? 0 : 1;
    }

    private static void show(PrintWriter out, String name, HttpInterface.Address address, HttpInterface.Answer answer) {
        out.println(name + " at " + address.url() + ": " + answer.threads().size() + " threads"
                + (answer.settled() ? "" : "; the rebalance is still going on"));
        final List<String> idle = new ArrayList<>();
        final Table table = new Table(Ansi.AUTO, 4);
        for (final StreamThread thread : answer.threads()) {
            final String shown = thread.name().replaceFirst("^.*-(StreamThread-\\d+)$", "$1");
            table.add(
                    "  " + shown,
                    thread.state(),
                    thread.active().size() + " tasks: " + String.join(" ", thread.active()),
                    thread.standby().isEmpty() ? "" : "standby: " + String.join(" ", thread.standby()));
            if (thread.active().isEmpty()) {
                idle.add(shown);
            }
        }
        table.print(out);
        if (answer.settled() && !idle.isEmpty()) {
            out.println("  There are more threads than tasks. These are idle: " + String.join(", ", idle)
                    + ". The number of tasks follows from topics.partitions.");
        }
    }
}
