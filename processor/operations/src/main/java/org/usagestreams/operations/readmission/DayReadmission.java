package org.usagestreams.operations.readmission;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.operations.replay.KeptDays;
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

/**
 * Reads a day beyond retention back from the bucket: tells the processors to accept it, and has its objects split again. Not
 * thread-safe.
 */
public final class DayReadmission {
    private static final int OBJECTS = 100_000;

    private final Settings settings;
    private final UUID source;
    private final LocalDate date;

    /**
     * A day of a cluster.
     *
     * @param source the cluster
     * @param date the usage date
     */
    public DayReadmission(Settings settings, UUID source, LocalDate date) {
        this.settings = settings;
        this.source = source;
        this.date = date;
    }

    /**
     * Opens the day, and has its objects read again.
     *
     * @param organisation the cluster's, as object keys name it; null where the ledger knows one only
     * @param timeout how long to wait until the day is open
     * @return the objects' current versions
     * @throws IOException where the day is not beyond retention, it is not clear whose it is, the bucket has nothing of it, or no
     *     processor opens it in time
     * @throws SQLException where the ledger cannot be read
     * @throws ExecutionException where Kafka does not take a record
     */
    public List<ObjectStore.Stored> order(String organisation, Duration timeout)
            throws IOException, SQLException, InterruptedException, ExecutionException {
        final List<LedgerRow> known;
        final DayKey day;
        final List<Readmission> orders;
        try (Connection connection = PostgresSettings.connect(settings)) {
            final List<LedgerRow> ofAll = known(new LedgerTable(connection, settings.text("postgres.status.schema")));
            final String owner = organisation == null ? DayOwner.only(ofAll, source) : organisation;
            known = DayOwner.of(ofAll, owner);
            day = new DayKey(owner, source.toString().toLowerCase(Locale.ROOT), date);
            final SummaryTable table = new SummaryTable(settings);
            if (table.isPurged(connection, owner, date)) {
                throw new IOException("Cannot read back " + date + ": cost management has purged it. "
                        + table.name(owner)
                        + " has no partition of its month, so its rows would go into the default partition. Create"
                        + " the month's partition first.");
            }
            requireBeyondRetention(day);
            orders = orders(connection, day);
        }
        final ObjectStore store = new ObjectStore(StoreSettings.client(settings));
        final Map<LedgerRow, ObjectStore.Stored> objects = new LinkedHashMap<>();
        for (final LedgerRow row : known) {
            store.current(row.bucket(), row.key()).ifPresent(stored -> objects.put(row, stored));
        }
        if (objects.isEmpty()) {
            throw new IOException("Cannot read back " + date + ": the bucket has no object of source " + source
                    + " with line items of that date, according to the ledger. The rows stay as they are.");
        }
        try (Producer<byte[], byte[]> producer = Reconciliation.producer(settings)) {
            admit(producer, day, orders, timeout);
            tellSplitters(producer, day, orders.get(0).getUntilMillis());
            for (final Map.Entry<LedgerRow, ObjectStore.Stored> object : objects.entrySet()) {
                final BucketEvent event = event(object.getKey(), object.getValue());
                producer.send(new ProducerRecord<>(
                                settings.topics().name(TopicRole.MARKED_NOTIFICATIONS),
                                EventRecord.key(event),
                                EventRecord.value(event)))
                        .get();
            }
        }
        return List.copyOf(objects.values());
    }

    /**
     * Waits until the ledger has what was ordered.
     *
     * @return null, or what is late
     */
    public String awaitLedger(Duration timeout) {
        try (InFlight way = Reconciliation.inFlight(settings)) {
            return way.await(timeout);
        }
    }

    private void requireBeyondRetention(DayKey day) throws IOException {
        final LocalDate today = LocalDate.now(ZoneOffset.UTC);
        final LocalDate oldest =
                KeptDays.read(settings, KafkaClients.real(), today).oldest(day.organisation(), day.source());
        if (!date.isBefore(oldest)) {
            throw new IOException("Cannot read back " + date + ": it is not beyond retention, days from " + oldest
                    + " on are in the state. Use replay --days instead.");
        }
    }

    /** The newest version of each object of which a version held the date, or was refused for what it holds. */
    private List<LedgerRow> known(LedgerTable ledger) throws SQLException {
        final List<LedgerRow> rows =
                new ArrayList<>(ledger.find(new LedgerTable.Query(null, source, date, null, null), OBJECTS));
        ledger.find(new LedgerTable.Query(null, source, null, UploadState.FAILED, null), OBJECTS).stream()
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

    private List<Readmission> orders(Connection connection, DayKey day) throws SQLException {
        final long until = Instant.now()
                .plus(Duration.ofDays(settings.integer("retention.readmitted.days")))
                .toEpochMilli();
        return TableUuids.of(connection, settings, day).stream()
                .map(uuids -> Readmission.newBuilder()
                        .setUntilMillis(until)
                        .setUuids(uuids)
                        .build())
                .toList();
    }

    /** Opens the day, and waits until it is open. */
    private void admit(Producer<byte[], byte[]> producer, DayKey day, List<Readmission> orders, Duration timeout)
            throws IOException, InterruptedException, ExecutionException {
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
                throw new IOException("Cannot read the day back: no processor has accepted the command: " + late);
            }
        }
    }

    /** From now on, what is uploaded for the day is taken as well. */
    private void tellSplitters(Producer<byte[], byte[]> producer, DayKey day, long untilMillis)
            throws InterruptedException, ExecutionException {
        producer.send(new ProducerRecord<>(
                        settings.topics().name(TopicRole.READMISSIONS),
                        day.toString().getBytes(StandardCharsets.UTF_8),
                        Readmission.newBuilder()
                                .setUntilMillis(untilMillis)
                                .build()
                                .toByteArray()))
                .get();
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
