package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Quiet;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.operations.deadletter.DeadLetterSelection;
import org.usagestreams.operations.deadletter.DeadLetters;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.deadletter.DeadLetter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "deadletters",
        mixinStandardHelpOptions = true,
        description = "Lists, shows, retries or discards dead letters: input that could not be processed.",
        synopsisSubcommandLabel = "list|show|retry|discard")
final class DeadLettersCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Which dead letters. */
    static class Selection {
        @Option(
                names = "--organisation",
                paramLabel = "NAME",
                description = "Only this organisation, as named in object keys.")
        private String organisation;

        @Option(
                names = "--object",
                paramLabel = "TEXT",
                description = "Only objects whose bucket/key contains this text.")
        private String object;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Only reasons that contain this text.")
        private String reason;

        @Option(names = "--step", paramLabel = "STEP", description = "Only this step: ${COMPLETION-CANDIDATES}.")
        private DeadLetter.Step step;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                converter = TimeSpan.class,
                description = "Only dead letters that are not older than this, for example 30m, 12h or 2d.")
        private Duration since;

        final DeadLetterSelection selection(List<String> ids) {
            return new DeadLetterSelection(
                    organisation,
                    object,
                    reason,
                    step,
                    since == null ? null : Instant.now().minus(since),
                    ids);
        }
    }

    /** Which dead letters something is done about: by name, or all. */
    static final class Choice extends Selection {
        @Option(names = "--all", description = "All dead letters. Required if nothing else selects any.")
        private boolean all;

        @Parameters(paramLabel = "ID", arity = "0..*", description = "Id as listed, or the whole key.")
        private List<String> ids = List.of();
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing subcommand: list, show, retry or discard");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists dead letters, the oldest first. Exit code 1 if there are any.")
    int list(
            @Mixin SettingsOptions options,
            @Mixin Selection selection,
            @Mixin ListFormat format,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "Maximum number; the latest are kept (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        try (DeadLetters open = open(options)) {
            final Map<String, DeadLetter> deadLetters = open.list(selection.selection(List.of()), limit);
            if (format.isForPeople()) {
                final Table table = new Table(Ansi.AUTO, 4);
                table.head("id", "time", "step", "object");
                deadLetters.forEach((id, deadLetter) -> {
                    table.add(
                            id.substring(id.lastIndexOf('#') + 1),
                            deadLetter.time(),
                            String.valueOf(deadLetter.step()),
                            deadLetter.subject());
                    table.addNote(String.valueOf(deadLetter.reason()));
                });
                table.print(out);
                Quiet.unless(out).println(deadLetters.size() + " dead letters");
            } else {
                format.print(rows(deadLetters), out);
            }
            return deadLetters.isEmpty() ? 0 : 1;
        }
    }

    private static List<ObjectNode> rows(Map<String, DeadLetter> deadLetters) {
        final List<ObjectNode> rows = new ArrayList<>();
        deadLetters.forEach((id, deadLetter) -> {
            final ObjectNode row = JsonRows.row().put("id", id);
            row.set("dead_letter", JsonRows.of(deadLetter));
            rows.add(row);
        });
        return rows;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows dead letters with all of their fields.")
    int show(
            @Mixin SettingsOptions options,
            @Mixin ListFormat format,
            @Parameters(paramLabel = "ID", arity = "1..*", description = "Id as listed, or the whole key.")
                    List<String> ids)
            throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        try (DeadLetters open = open(options)) {
            final Map<String, DeadLetter> deadLetters = open.list(DeadLetterSelection.of(ids));
            if (!format.isForPeople()) {
                format.print(rows(deadLetters), out);
                return 0;
            }
            for (final Map.Entry<String, DeadLetter> deadLetter : deadLetters.entrySet()) {
                final DeadLetter found = deadLetter.getValue();
                out.println("id:       " + Printable.of(deadLetter.getKey()));
                out.println("time:     " + Printable.of(found.time()));
                out.println("step:     " + found.step());
                out.println("reason:   " + Printable.of(found.reason()));
                out.println("object:   " + (found.version() == null ? "-" : Printable.of(described(found.version()))));
                out.println("place:    " + Printable.of(found.place() == null ? "-" : found.place()));
                out.println("input:    " + Printable.of(found.record() == null ? "-" : found.record()));
                if (found.payload() != null) {
                    out.println("payload:  "
                            + Printable.of(
                                    new String(Base64.getDecoder().decode(found.payload()), StandardCharsets.UTF_8)));
                }
            }
        }
        return 0;
    }

    private static String described(DeadLetter.ObjectOf version) {
        return version.name() + " (ETag " + (version.etag().isEmpty() ? "unknown" : version.etag())
                + (version.versionId().isEmpty() ? "" : ", version id " + version.versionId()) + ", uploaded "
                + Instant.ofEpochMilli(version.uploadedMillis()) + ")";
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Retries dead letters: sends a notification for each, to process its input again. Exit"
                    + " code 1 if one cannot be retried.")
    int retry(@Mixin SettingsOptions options, @Mixin Choice choice) throws Exception {
        final PrintWriter out = Quiet.unless(spec.commandLine().getOut());
        final DeadLetterSelection chosen = chosen(choice);
        try (DeadLetters open = open(options)) {
            final int left = open.retry(
                    chosen,
                    attempt -> out.println(Printable.of(
                            attempt.obstacle() == null
                                    ? "retried: " + attempt.id()
                                    : "not retried: " + attempt.id() + ": " + attempt.obstacle())));
            return left == 0 ? 0 : 1;
        }
    }

    @Command(name = "discard", mixinStandardHelpOptions = true, description = "Removes dead letters without a retry.")
    int discard(@Mixin SettingsOptions options, @Mixin Choice choice) throws Exception {
        final PrintWriter out = Quiet.unless(spec.commandLine().getOut());
        final DeadLetterSelection chosen = chosen(choice);
        try (DeadLetters open = open(options)) {
            open.discard(chosen, id -> out.println("discarded: " + Printable.of(id)));
        }
        return 0;
    }

    private static DeadLetters open(SettingsOptions options) {
        return new DeadLetters(options.loadFor(Part.KAFKA), KafkaClients.real());
    }

    private DeadLetterSelection chosen(Choice choice) {
        final DeadLetterSelection selection = choice.selection(choice.ids);
        if (selection.isAll() && !choice.all) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Nothing is selected. Name an ID, a filter such as --step, or --all");
        }
        return selection;
    }
}
