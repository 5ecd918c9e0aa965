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
        description = "Shows the stream threads of the processors on this host and their tasks; with a number, adds or"
                + " removes threads, and waits until the rebalance is over. A processor that is started anew has"
                + " summary.threads again.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:no processor was found, or the rebalance is not over within a minute",
            "2:wrong usage"
        })
final class ThreadsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(index = "0", arity = "0..1", paramLabel = "N", description = "How many threads there are to be.")
    private Integer count;

    @Option(
            names = "--instance",
            paramLabel = "N",
            description = "Only that processor of this host (the number of its folder); else each of them.")
    private Integer instance;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.load();
        final Path state = Path.of(settings.text("summary.state.dir"));
        final LocalProcessors processors = new LocalProcessors(state);
        final Map<String, HttpInterface.Address> found = processors.addresses(instance);
        if (found.isEmpty()) {
            throw new IOException("no processor of this host keeps its state in " + state.toAbsolutePath()
                    + " (setting summary.state.dir)");
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
                        + entry.getValue().url() + ": it was killed, or is on another host");
            }
        }
        if (reached == 0) {
            throw new IOException("no processor answers");
        }
        return settled ? 0 : 1;
    }

    private static void show(PrintWriter out, String name, HttpInterface.Address address, HttpInterface.Answer answer) {
        out.println(name + " at " + address.url() + ": " + answer.threads().size() + " threads"
                + (answer.settled() ? "" : "; the rebalance is not over yet"));
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
            out.println("  more threads than tasks: nothing to do for " + String.join(", ", idle)
                    + " (setting topics.partitions bounds the tasks)");
        }
    }
}
