package org.usagestreams.service.intake;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ObjectsSettled;
import org.usagestreams.wire.notification.PayloadKey;

/**
 * Tells the ledger which payloads are loaded: those of whose objects nothing more is to come, as the ledger's table has it. Where one of
 * them is {@code FAILED}, so is the payload, until the object is no more. It holds nothing: what is told twice changes nothing, and
 * what got lost is told again. One intake does so at a time. Belongs to one thread.
 */
final class PayloadWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadWatch.class);

    /** Payloads that are told of at once; others follow. */
    private static final int AT_ONCE = 500;

    /** For this long after its upload, a payload waits for earlier ones of its cluster to be loaded. */
    private static final Duration LONGEST_ORDER = Duration.ofMinutes(10);

    private final Settings settings;
    private final BooleanSupplier turn;
    private final KafkaClients clients;
    private final Clock clock;
    private final String sql;
    private Connection connection;
    private Producer<byte[], byte[]> producer;
    private boolean unavailable;

    /** @param turn whether this is the intake that does it */
    PayloadWatch(Settings settings, BooleanSupplier turn, KafkaClients clients, Clock clock) {
        this.settings = settings;
        this.turn = turn;
        this.clients = clients;
        this.clock = clock;
        final String table = PostgresSettings.quoted(settings.text("postgres.status.schema")) + ".upload_ledger";
        sql = sql(table);
    }

    /**
     * Selects what is to be told, in the order of the payloads' events. A payload is not told loaded before an earlier one of its source
     * that may still be: one that waits to be unpacked, or whose objects are on their way. One that is set aside holds up none, and none is
     * held up for longer than a while after its upload.
     */
    private static String sql(String table) {
        final String earlier = "(e.event_at, e.object_key) < (p.event_at, p.object_key)";
        // An object that no ledger knows yet has no state.
        return "WITH payloads AS MATERIALIZED (SELECT p.bucket, p.object_key, p.etag, p.version_id, p.event_at, p.sequencer,"
                + " p.state, p.source_uuid, min(o.value ->> 'key') FILTER (WHERE e.state = 'FAILED') AS failed,"
                + " bool_and(e.state IS NOT NULL AND e.state IN ('LOADED', 'SUPERSEDED', 'IGNORED', 'REMOVED')) AS settled"
                + " FROM " + table + " p CROSS JOIN LATERAL jsonb_array_elements(p.objects) o(value)"
                + " LEFT JOIN " + table + " e ON e.bucket = p.bucket AND e.object_key = o.value ->> 'key'"
                + " AND e.etag = o.value ->> 'etag'"
                // What was removed before the payload came has been put again since, and the ledger is to hear of it.
                + " AND NOT (e.state = 'REMOVED' AND e.removed_at IS NOT NULL AND e.removed_at < p.event_at)"
                + " WHERE p.objects IS NOT NULL AND p.state IN ('UNPACKED', 'FAILED')"
                + " GROUP BY p.bucket, p.object_key, p.etag, p.version_id)"
                + " SELECT * FROM payloads p WHERE (failed IS NOT NULL AND state = 'UNPACKED') OR (settled AND"
                + " (state = 'FAILED' OR event_at < now() - interval '" + LONGEST_ORDER.toSeconds() + " seconds' OR"
                + " (NOT EXISTS (SELECT FROM payloads e WHERE e.source_uuid = p.source_uuid AND e.state = 'UNPACKED'"
                + " AND e.failed IS NULL AND NOT e.settled AND " + earlier + ")"
                + " AND NOT EXISTS (SELECT FROM " + table
                + " e WHERE e.source_uuid = p.source_uuid AND e.state = 'RECEIVED'"
                + " AND e.reason IS NULL AND e.object_key LIKE '" + PayloadKey.PREFIX + "%' AND " + earlier + "))))"
                + " ORDER BY event_at, object_key LIMIT " + AT_ONCE;
    }

    /** Looks once, and tells what it finds. */
    void step() {
        if (!turn.getAsBoolean()) {
            close();
            return;
        }
        try {
            final List<ObjectFact> facts = look();
            if (!facts.isEmpty()) {
                tell(facts);
            }
            unavailable = false;
        } catch (InterruptException e) {
            throw e;
        } catch (SQLException | KafkaException e) {
            if (!unavailable) {
                LOG.warn("Cannot tell which payloads are loaded: {}. Trying again.", e.toString());
            }
            unavailable = true;
            close();
        }
    }

    private List<ObjectFact> look() throws SQLException {
        if (connection == null) {
            connection = PostgresSettings.connect(settings);
        }
        final List<ObjectFact> facts = new ArrayList<>();
        // One time for all that are found at once: none of them is loaded before another.
        final long now = clock.millis();
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                final String failed = rows.getString("failed");
                facts.add(ObjectFact.newBuilder()
                        .setVersion(ObjectVersion.newBuilder()
                                .setBucket(rows.getString("bucket"))
                                .setKey(rows.getString("object_key"))
                                .setEtag(rows.getString("etag"))
                                .setVersionId(rows.getString("version_id"))
                                .setEventTimeMillis(rows.getTimestamp("event_at")
                                        .toInstant()
                                        .toEpochMilli())
                                .setSequencer(rows.getString("sequencer")))
                        .setFoundMillis(now)
                        .setObjectsSettled(ObjectsSettled.newBuilder()
                                .setFailure(
                                        failed == null
                                                ? ""
                                                : "One of its objects is FAILED: " + failed
                                                        + ". See its own entry; try its dead letter again when the cause is"
                                                        + " repaired."))
                        .build());
            }
        }
        return facts;
    }

    private void tell(List<ObjectFact> facts) {
        if (producer == null) {
            final Map<String, Object> config = new HashMap<>(settings.kafkaClient());
            config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            producer = clients.producer(config);
        }
        for (final ObjectFact fact : facts) {
            try {
                producer.send(new ProducerRecord<>(
                                settings.topics().name(TopicRole.OBJECTS),
                                Versions.objectName(fact.getVersion()).getBytes(StandardCharsets.UTF_8),
                                fact.toByteArray()))
                        .get();
            } catch (ExecutionException e) {
                throw new KafkaException("Cannot write a fact about a payload", e.getCause());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            LOG.debug("closing", e);
        } finally {
            connection = null;
            if (producer != null) {
                producer.close(Duration.ZERO);
                producer = null;
            }
        }
    }
}
