package org.usagestreams.console.audit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;

/**
 * Writes what is done by whom, before it is done, into the table {@code console_audit} and to the audit topic: nothing is done that
 * either does not have. An action without a second entry was cut off; nothing is known of its outcome. Thread-safe.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int SECONDS = 10;

    private final Settings settings;
    private final KafkaClients clients;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final String table;

    /** Nothing can be changed now, since it cannot be written down; the message says why. */
    public static final class UnwrittenException extends Exception {
        private static final long serialVersionUID = 1L;

        UnwrittenException(Exception cause) {
            super(
                    "Cannot write the audit log, so nothing is changed: " + cause.getMessage()
                            + ". The console needs the topic usage.audit and the table console_audit with the rights of"
                            + " scripts/access and scripts/sink --roles.",
                    cause);
        }
    }

    /**
     * Writes to the topic and the table that the settings name.
     *
     * @param ids makes an id that is no other's
     */
    public AuditLog(Settings settings, KafkaClients clients, Clock clock, Supplier<UUID> ids) {
        this.settings = settings;
        this.clients = clients;
        this.clock = clock;
        this.ids = ids;
        table = PostgresSettings.quoted(settings.text("postgres.status.schema")) + ".console_audit";
    }

    /**
     * An action is about to begin.
     *
     * @param subject what it is done to, JSON
     * @return what {@link #end} takes
     * @throws UnwrittenException where it must not begin
     */
    public AuditEntry begin(String who, String address, String what, String subject)
            throws UnwrittenException, InterruptedException {
        final AuditEntry entry = new AuditEntry(
                ids.get(), ids.get(), clock.instant(), who, address, what, AuditEntry.Outcome.BEGUN, subject, "");
        write(entry);
        return entry;
    }

    /** It ended; where that cannot be written, it is logged. */
    public void end(AuditEntry begun, AuditEntry.Outcome outcome, String detail) throws InterruptedException {
        final AuditEntry entry = begun.ended(ids.get(), clock.instant(), outcome, detail);
        try {
            write(entry);
        } catch (UnwrittenException e) {
            LOG.error("{} by {}: {} {}. {}", entry.what(), entry.who(), outcome, detail, e.getMessage());
        }
    }

    private void write(AuditEntry entry) throws UnwrittenException, InterruptedException {
        try {
            insert(entry);
            try (Producer<byte[], byte[]> producer = Reconciliation.producer(settings, clients)) {
                producer.send(new ProducerRecord<>(
                                settings.topics().name(TopicRole.AUDIT),
                                entry.action().toString().getBytes(StandardCharsets.UTF_8),
                                entry.toJson()))
                        .get(SECONDS, TimeUnit.SECONDS);
            }
        } catch (SQLException | ExecutionException | TimeoutException | KafkaException e) {
            throw new UnwrittenException(e);
        }
    }

    private void insert(AuditEntry entry) throws SQLException {
        try (Connection connection = PostgresSettings.connect(settings);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table
                        + " (id, action_id, at, who, address, action, outcome, subject, detail)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setQueryTimeout(SECONDS);
            insert.setObject(1, entry.id());
            insert.setObject(2, entry.action());
            insert.setObject(3, OffsetDateTime.ofInstant(entry.time(), ZoneOffset.UTC));
            insert.setString(4, entry.who());
            insert.setString(5, entry.address());
            insert.setString(6, entry.what());
            insert.setString(7, entry.outcome().name());
            insert.setString(8, entry.subject());
            insert.setString(9, entry.detail());
            insert.executeUpdate();
        }
    }

    /** The latest entries as JSON objects with the columns' names, the newest first. */
    public List<String> latest(Connection connection, int limit) throws SQLException {
        final List<String> entries = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT to_jsonb(t)::text FROM (SELECT * FROM "
                + table + " ORDER BY at DESC, outcome = 'BEGUN', id LIMIT ?) t")) {
            select.setInt(1, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    entries.add(row.getString(1));
                }
            }
        }
        return entries;
    }
}
