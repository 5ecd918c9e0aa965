package org.usagestreams.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.StreamThreads.StreamThread;
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
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

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
        final Map<String, HttpInterface.Address> found = instances(Path.of(settings.text("summary.state.dir")));
        if (found.isEmpty()) {
            throw new IOException("no processor of this host keeps its state in "
                    + Path.of(settings.text("summary.state.dir")).toAbsolutePath() + " (setting summary.state.dir)");
        }
        final HttpClient client = HttpClient.newHttpClient();
        final PrintWriter out = spec.commandLine().getOut();
        boolean settled = true;
        int reached = 0;
        for (final Map.Entry<String, HttpInterface.Address> entry : found.entrySet()) {
            try {
                final HttpInterface.Answer answer = ask(client, entry.getValue());
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

    private Map<String, HttpInterface.Address> instances(Path state) throws IOException {
        final Map<String, HttpInterface.Address> found = new TreeMap<>();
        if (!Files.isDirectory(state)) {
            return found;
        }
        final List<Path> directories;
        try (Stream<Path> inside = Files.list(state)) {
            directories = inside.toList();
        }
        for (final Path directory : directories) {
            final Path file = directory.resolve(HttpInterface.FILE);
            final String name = String.valueOf(directory.getFileName());
            if (Files.exists(file) && (instance == null || name.equals("instance-" + instance))) {
                found.put(name, HttpInterface.Address.read(file));
            }
        }
        return found;
    }

    private HttpInterface.Answer ask(HttpClient client, HttpInterface.Address address)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address.url() + "/threads")).timeout(TIMEOUT);
        if (count != null) {
            request.header("Authorization", "Bearer " + address.token())
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(Map.of("threads", count))));
        }
        final HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(address.url() + ": "
                    + JSON.readTree(response.body()).path("error").asText("HTTP " + response.statusCode()));
        }
        return JSON.readValue(response.body(), HttpInterface.Answer.class);
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
