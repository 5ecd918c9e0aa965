package org.usagestreams.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.operations.deadletter.DeadLetterTopic;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.EventRecord;
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
        description = "What could not be processed: lists it, shows it, tries it again, or forgets it.",
        synopsisSubcommandLabel = "list|show|retry|discard")
final class DeadLettersCommand implements Runnable {
    /** Most dead letters that a command works on at once, the latest. A dead letter takes up to some 20 KB of memory. */
    private static final int AT_ONCE = 10_000;

    /** Most dead letters that are discarded at once, the latest: only their keys are kept. */
    private static final int DISCARDED_AT_ONCE = 100_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    @Spec
    private CommandSpec spec;

    /** Which dead letters. */
    static class Selection {
        @Option(names = "--object", paramLabel = "TEXT", description = "Only of objects with this in bucket/key.")
        private String object;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Only with this in the reason.")
        private String reason;

        @Option(names = "--step", description = "Only of this step: ${COMPLETION-CANDIDATES}.")
        private DeadLetter.Step step;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                converter = TimeSpan.class,
                description = "Only of the last, say, 30m, 12h or 2d.")
        private Duration since;

        final boolean isAny() {
            return object != null || reason != null || step != null || since != null;
        }

        final boolean matches(DeadLetter deadLetter) {
            return (object == null || deadLetter.subject().contains(object))
                    && (reason == null || deadLetter.reason().contains(reason))
                    && (step == null || deadLetter.step() == step)
                    && (since == null
                            || Instant.parse(deadLetter.time())
                                    .isAfter(Instant.now().minus(since)));
        }
    }

    /** Which dead letters something is done about: by name, or all. */
    static final class Choice extends Selection {
        @Option(names = "--all", description = "All dead letters.")
        private boolean all;

        @Parameters(paramLabel = "ID", arity = "0..*", description = "As listed, or the whole key.")
        private List<String> ids = List.of();
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "list, show, retry or discard?");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists dead letters, the oldest first; exit code 1 if there is one.")
    int list(
            @Mixin SettingsOptions options,
            @Mixin Selection selection,
            @Option(names = "--json", description = "One JSON object a line.") boolean json,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "Most dead letters, the latest (${DEFAULT-VALUE}).")
                    int limit) {
        final Settings settings = options.load();
        final PrintWriter out = spec.commandLine().getOut();
        try (DeadLetterTopic topic = topic(settings)) {
            final Map<String, DeadLetter> deadLetters = topic.open(selection::matches, limit);
            final Table table = new Table(Ansi.AUTO, 4);
            deadLetters.forEach((id, deadLetter) -> {
                if (json) {
                    final ObjectNode line = JSON.createObjectNode().put("id", id);
                    line.set("dead_letter", JSON.valueToTree(deadLetter));
                    out.println(line);
                } else {
                    table.add(
                            id.substring(id.lastIndexOf('#') + 1),
                            deadLetter.time(),
                            String.valueOf(deadLetter.step()),
                            deadLetter.subject());
                    table.add("", "", "", deadLetter.reason());
                }
            });
            table.print(out);
            if (!json) {
                out.println(deadLetters.size() + " dead letters");
            }
            return deadLetters.isEmpty() ? 0 : 1;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows dead letters with all that they carry.")
    int show(
            @Mixin SettingsOptions options,
            @Parameters(paramLabel = "ID", arity = "1..*", description = "As listed, or the whole key.")
                    List<String> ids)
            throws IOException {
        final Settings settings = options.load();
        final PrintWriter out = spec.commandLine().getOut();
        try (DeadLetterTopic topic = topic(settings)) {
            for (final Map.Entry<String, DeadLetter> deadLetter :
                    select(topic, ids, new Selection()).entrySet()) {
                final DeadLetter found = deadLetter.getValue();
                out.println("id:       " + deadLetter.getKey());
                out.println("time:     " + found.time());
                out.println("step:     " + found.step());
                out.println("reason:   " + found.reason());
                out.println("object:   " + (found.version() == null ? "-" : found.version()));
                out.println("place:    " + (found.place() == null ? "-" : found.place()));
                out.println("input:    " + (found.record() == null ? "-" : found.record()));
                if (found.payload() != null) {
                    out.println("payload:  " + printable(Base64.getDecoder().decode(found.payload())));
                }
            }
        }
        return 0;
    }

    private static String printable(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "\u00b7");
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description =
                    "Tries dead letters again the normal way, by a notification; exit code 1 where one cannot be.")
    int retry(@Mixin SettingsOptions options, @Mixin Choice choice) throws Exception {
        final Settings settings = options.load();
        final PrintWriter out = spec.commandLine().getOut();
        int left = 0;
        try (DeadLetterTopic topic = topic(settings);
                Producer<byte[], byte[]> producer = Reconciliation.producer(settings)) {
            for (final Map.Entry<String, DeadLetter> deadLetter :
                    select(topic, choice).entrySet()) {
                final Optional<ProducerRecord<byte[], byte[]>> again = again(deadLetter.getValue(), topic, settings);
                if (again.isPresent()) {
                    send(producer, again.get());
                    if (deadLetter.getValue().retry() == null) {
                        send(producer, tombstone(settings, deadLetter.getKey()));
                    }
                    // The attempt removes the dead letter of an object that was set aside, or writes it anew.
                    out.println("tried again: " + deadLetter.getKey());
                } else {
                    left++;
                    out.println("left: " + deadLetter.getKey() + ": "
                            + (deadLetter.getValue().step() == DeadLetter.Step.PUBLISH
                                    ? "a row is tried again when it changes; upload what it comes from"
                                    : "its input is no longer there; upload the object again"));
                }
            }
        }
        return left == 0 ? 0 : 1;
    }

    private static Optional<ProducerRecord<byte[], byte[]>> again(
            DeadLetter deadLetter, DeadLetterTopic topic, Settings settings) {
        final String notifications = settings.topics().name(TopicRole.NOTIFICATIONS);
        if (deadLetter.retry() != null) {
            return Optional.of(new ProducerRecord<>(
                    notifications,
                    deadLetter.retry().key().getBytes(StandardCharsets.UTF_8),
                    deadLetter.retry().event().getBytes(StandardCharsets.UTF_8)));
        }
        if (deadLetter.version() != null) {
            final DeadLetter.ObjectOf version = deadLetter.version();
            final BucketEvent event = new BucketEvent(
                    BucketEvent.Kind.CREATED,
                    version.bucket(),
                    version.key(),
                    version.etag(),
                    version.versionId(),
                    "",
                    // Newer than what failed, and older than anything that is uploaded since.
                    Instant.ofEpochMilli(version.eventMillis() + 1),
                    new EventMark(EventMark.Origin.RETRY, Instant.ofEpochMilli(version.uploadedMillis()), Set.of()));
            return Optional.of(new ProducerRecord<>(notifications, EventRecord.key(event), EventRecord.value(event)));
        }
        return deadLetter.step() == DeadLetter.Step.NOTIFICATION
                ? topic.input(deadLetter).map(input -> new ProducerRecord<>(notifications, deadLetter.key(), input))
                : Optional.empty();
    }

    @Command(name = "discard", mixinStandardHelpOptions = true, description = "Forgets dead letters.")
    int discard(@Mixin SettingsOptions options, @Mixin Choice choice) throws Exception {
        final Settings settings = options.load();
        try (DeadLetterTopic topic = topic(settings);
                Producer<byte[], byte[]> producer = Reconciliation.producer(settings)) {
            final Map<String, Future<RecordMetadata>> sent = new LinkedHashMap<>();
            for (final String id : ids(topic, choice)) {
                sent.put(id, producer.send(tombstone(settings, id)));
            }
            producer.flush();
            for (final Map.Entry<String, Future<RecordMetadata>> deadLetter : sent.entrySet()) {
                deadLetter.getValue().get();
                spec.commandLine().getOut().println("discarded: " + deadLetter.getKey());
            }
        }
        return 0;
    }

    private static ProducerRecord<byte[], byte[]> tombstone(Settings settings, String id) {
        return new ProducerRecord<>(
                settings.topics().name(TopicRole.DEAD_LETTERS), id.getBytes(StandardCharsets.UTF_8), null);
    }

    private static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
            throws InterruptedException, ExecutionException {
        producer.send(record).get();
    }

    private static DeadLetterTopic topic(Settings settings) {
        return new DeadLetterTopic(
                KafkaClients.real(), settings.kafkaClient(), settings.topics().name(TopicRole.DEAD_LETTERS));
    }

    private Map<String, DeadLetter> select(DeadLetterTopic topic, Choice choice) throws IOException {
        requireAny(choice);
        return select(topic, choice.ids, choice);
    }

    private static Map<String, DeadLetter> select(DeadLetterTopic topic, List<String> ids, Selection selection)
            throws IOException {
        final Map<String, DeadLetter> open = topic.open(selection::matches, AT_ONCE);
        keep(open.keySet(), ids);
        return open;
    }

    private Set<String> ids(DeadLetterTopic topic, Choice choice) throws IOException {
        requireAny(choice);
        final Set<String> open = topic.ids(choice::matches, DISCARDED_AT_ONCE);
        keep(open, choice.ids);
        return open;
    }

    private void requireAny(Choice choice) {
        if (!choice.all && !choice.isAny() && choice.ids.isEmpty()) {
            throw new CommandLine.ParameterException(spec.commandLine(), "which? An ID, an option, or --all");
        }
    }

    private static void keep(Set<String> open, List<String> ids) throws IOException {
        if (ids.isEmpty()) {
            return;
        }
        for (final String wanted : ids) {
            if (open.stream().noneMatch(id -> isMeant(wanted, id))) {
                throw new IOException("there is no dead letter " + wanted);
            }
        }
        open.removeIf(id -> ids.stream().noneMatch(wanted -> isMeant(wanted, id)));
    }

    private static boolean isMeant(String wanted, String id) {
        return id.equals(wanted) || id.endsWith("#" + wanted);
    }
}
