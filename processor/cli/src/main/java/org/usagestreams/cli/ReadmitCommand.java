package org.usagestreams.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.replay.TableUuids;
import org.usagestreams.reconciler.InFlight;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Readmission;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.EventRecord;
import org.usagestreams.wire.notification.ReportKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "readmit",
        mixinStandardHelpOptions = true,
        description =
                "Takes a day beyond retention back from the bucket: its objects are read again, rows that differ are"
                        + " replaced, rows that are no more go. The day stays for retention.readmitted.days.")
final class ReadmitCommand implements Callable<Integer> {
    private static final int OBJECTS = 100_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--source", paramLabel = "UUID", required = true, description = "The cluster.")
    private UUID source;

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "The cluster's organisation, as object keys name it; needed where the ledger knows several.")
    private String organisation;

    @Option(names = "--date", paramLabel = "DATE", required = true, description = "The usage date, such as 2025-11-03.")
    private LocalDate date;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "5m",
            description = "How long to wait until its rows are in PostgreSQL (${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.load();
        final LocalDate oldest = LocalDate.now(ZoneOffset.UTC).minusDays(settings.integer("retention.days"));
        if (!date.isBefore(oldest)) {
            throw new IOException(date + " is not beyond retention: days from " + oldest + " on are remembered");
        }
        final List<LedgerRow> known;
        final List<Readmission> orders;
        try (Connection connection = PostgresSettings.connect(settings)) {
            known = ofOrganisation(known(new LedgerTable(connection, settings.text("postgres.schema"))));
            orders = orders(connection, settings);
        }
        final ObjectStore store = new ObjectStore(StoreSettings.client(settings));
        final Map<LedgerRow, ObjectStore.Stored> objects = new LinkedHashMap<>();
        for (final LedgerRow row : known) {
            store.current(row.bucket(), row.key()).ifPresent(stored -> objects.put(row, stored));
        }
        if (objects.isEmpty()) {
            throw new IOException("the bucket has no object of source " + source + " that the ledger knows to hold "
                    + date + "; its rows stay as they are");
        }
        try (Producer<byte[], byte[]> producer = Reconciliation.producer(settings)) {
            admit(settings, producer, orders);
            for (final Map.Entry<LedgerRow, ObjectStore.Stored> object : objects.entrySet()) {
                final BucketEvent event = event(object.getKey(), object.getValue());
                producer.send(new ProducerRecord<>(
                                settings.topics().name(TopicRole.NOTIFICATIONS),
                                EventRecord.key(event),
                                EventRecord.value(event)))
                        .get();
            }
        }
        try (InFlight way = Reconciliation.inFlight(settings)) {
            final String late = way.await(timeout);
            if (late != null) {
                spec.commandLine().getErr().println("goes on in the background: " + late);
                return LoadReport.TIMED_OUT;
            }
        }
        return LoadReport.await(
                settings, List.copyOf(objects.values()), timeout, spec.commandLine().getOut());
    }

    /** The newest version of each object of which a version held the date, or was refused for what it holds. */
    private List<LedgerRow> known(LedgerTable ledger) throws SQLException {
        final List<LedgerRow> rows =
                new ArrayList<>(ledger.find(new LedgerTable.Query(source, date, null, null), OBJECTS));
        ledger.find(new LedgerTable.Query(source, null, UploadState.FAILED, null), OBJECTS).stream()
                .filter(row -> DeadLetter.Step.RETENTION.name().equals(row.failedStep()))
                .forEach(rows::add);
        final Map<String, Set<String>> keys = new TreeMap<>();
        rows.forEach(row ->
                keys.computeIfAbsent(row.bucket(), bucket -> new TreeSet<>()).add(row.key()));
        final List<LedgerRow> newest = new ArrayList<>();
        for (final Map.Entry<String, Set<String>> bucket : keys.entrySet()) {
            newest.addAll(ledger.newest(bucket.getKey(), bucket.getValue()).values());
        }
        return newest;
    }

    /** Those of the one organisation that is meant, which is named from then on. */
    private List<LedgerRow> ofOrganisation(List<LedgerRow> rows) throws IOException {
        final Set<String> named = new TreeSet<>();
        rows.forEach(row -> organisationOf(row).ifPresent(named::add));
        if (organisation == null) {
            if (named.size() > 1) {
                throw new IOException("Cannot tell whose day it is: organisations " + named + " have source " + source
                        + ". Name one by --organisation.");
            }
            organisation = named.isEmpty() ? "" : named.iterator().next();
        }
        return rows.stream()
                .filter(row -> organisationOf(row).filter(organisation::equals).isPresent())
                .toList();
    }

    private static Optional<String> organisationOf(LedgerRow row) {
        return ReportKey.of(row.key()).map(ReportKey::organisation);
    }

    private List<Readmission> orders(Connection connection, Settings settings) throws SQLException {
        final long until = Instant.now()
                .plus(Duration.ofDays(settings.integer("retention.readmitted.days")))
                .toEpochMilli();
        return TableUuids.of(connection, settings, day()).stream()
                .map(uuids -> Readmission.newBuilder()
                        .setUntilMillis(until)
                        .setUuids(uuids)
                        .build())
                .toList();
    }

    private DayKey day() {
        return new DayKey(organisation, source.toString().toLowerCase(Locale.ROOT), date);
    }

    /** Opens the day, and waits until it is open. */
    private void admit(Settings settings, Producer<byte[], byte[]> producer, List<Readmission> orders)
            throws Exception {
        final DayKey day = day();
        final String topic = settings.topics().name(TopicRole.RETRACTIONS);
        for (final Readmission order : orders) {
            producer.send(new ProducerRecord<>(
                            topic,
                            day.partition(
                                    settings.topics().get(TopicRole.RETRACTIONS).partitions()),
                            day.toString().getBytes(StandardCharsets.UTF_8),
                            DayCommand.newBuilder()
                                    .setReadmission(order)
                                    .build()
                                    .toByteArray()))
                    .get();
        }
        try (InFlight way = new InFlight(
                KafkaClients.real(),
                Time.SYSTEM,
                settings.kafkaClient(),
                List.of(new InFlight.Leg(topic, settings.text("summary.application.id"))))) {
            final String late = way.await(timeout);
            if (late != null) {
                throw new IOException("no processor took the order: " + late);
            }
        }
    }

    private BucketEvent event(LedgerRow row, ObjectStore.Stored stored) {
        return new BucketEvent(
                BucketEvent.Kind.CREATED,
                row.bucket(),
                row.key(),
                stored.etag(),
                stored.versionId(),
                "",
                row.lastEventAt().plusMillis(1),
                new EventMark(
                        EventMark.Origin.READMIT,
                        row.is(stored.etag(), stored.versionId()) ? row.uploadedAt() : stored.lastModified(),
                        Set.of(date)));
    }
}
