package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.StreamThreads.StreamThread;
import org.usagestreams.operations.instances.Instance;
import org.usagestreams.operations.threads.LocalProcessors;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "threads",
        mixinStandardHelpOptions = true,
        description = "Shows the stream threads of the processors on this host with their tasks, and all splitters,"
                + " processors and sinks of all hosts. With a number, adds or removes threads of the processors on"
                + " this host and waits for the rebalance. The change lasts until the processor ends; then"
                + " summary.threads applies again.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:no processor was found, one has died, or the rebalance took longer than http.resize.ms",
            "2:wrong usage, such as more threads than tasks without --force"
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

    @Option(names = "--force", description = "Allow more threads than there are tasks. Those without a task are idle.")
    private boolean force;

    @Mixin
    private ListFormat format;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.load();
        final Path state = Path.of(settings.text("summary.state.dir"));
        final LocalProcessors processors = new LocalProcessors(state);
        final Map<String, HttpInterface.Address> found = processors.addresses(instance);
        if (found.isEmpty()) {
            final String none = "Cannot find a processor on this host: none has a folder in " + state.toAbsolutePath()
                    + ". Set summary.state.dir to the directory that the processors use.";
            if (count != null || !format.isForPeople()) {
                throw new IOException(none);
            }
            spec.commandLine().getErr().println(none);
        }
        if (count != null) {
            requireTasks(settings.topics().get(TopicRole.CHUNKS).partitions(), answering(processors, found));
        }
        final PrintWriter out = spec.commandLine().getOut();
        final List<ObjectNode> rows = new ArrayList<>();
        boolean good = true;
        for (final Map.Entry<String, HttpInterface.Address> entry : found.entrySet()) {
            final String url = entry.getValue().url();
            try {
                final HttpInterface.Answer answer = processors.threads(entry.getValue(), count);
                good &= answer.settled();
                if (format.isForPeople()) {
                    show(out, entry.getKey(), url, answer);
                } else {
                    answer.threads().forEach(thread -> rows.add(row(entry.getKey(), url, thread)));
                }
            } catch (ConnectException e) {
                good = false;
                spec.commandLine()
                        .getErr()
                        .println(entry.getKey() + ": does not answer at " + url
                                + ". It was killed, or runs on another host.");
            }
        }
        if (!format.isForPeople()) {
            format.print(rows, out);
            return good ? 0 : 1;
        }
        out.flush();
        return (count != null || showAll(settings, out)) && good ? 0 : 1;
    }

    private static int answering(LocalProcessors processors, Map<String, HttpInterface.Address> found)
            throws IOException, InterruptedException {
        int answering = 0;
        for (final HttpInterface.Address address : found.values()) {
            try {
                processors.threads(address, null);
                answering++;
            } catch (ConnectException e) {
                // It is named as dead where its threads are to be changed.
            }
        }
        return answering;
    }

    /** A processor more than there are tasks for is a standby; a thread is only idle. */
    private void requireTasks(int tasks, int here) {
        final int threads = count * here;
        if (threads > tasks && !force) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Cannot run " + threads + " threads on this host: there are " + tasks
                            + " tasks (topics.partitions), and the other threads would be idle. Name a smaller number,"
                            + " or repeat the call with --force.");
        }
    }

    private static boolean showAll(Settings settings, PrintWriter out) throws IOException {
        Part.KAFKA.requireReachable(settings);
        final List<Instance> all = InstanceLines.read(settings);
        out.println("All instances:");
        InstanceLines.print(all, new ListFormat(), out);
        return all.stream()
                .noneMatch(one -> one.state() == Instance.State.DEAD
                        || (one.kind() == Instance.Kind.PROCESSOR && one.state() == Instance.State.NONE));
    }

    private static ObjectNode row(String name, String url, StreamThread thread) {
        final ObjectNode row = JsonRows.row()
                .put("instance", name)
                .put("url", url)
                .put("thread", thread.name())
                .put("state", thread.state());
        thread.active().forEach(row.putArray("active")::add);
        thread.standby().forEach(row.putArray("standby")::add);
        return row;
    }

    private static void show(PrintWriter out, String name, String url, HttpInterface.Answer answer) {
        out.println(name + " at " + url + ": " + answer.threads().size() + " threads"
                + (answer.settled() ? "" : "; the rebalance is still in progress"));
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
