package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the records of the summary topic that a task gets: claims its partitions in PostgreSQL, stages their records, and loads the days
 * that are whole.
 *
 * <p>If PostgreSQL or the broker cannot be reached, partitions are paused. Afterwards, everything is read again from the stored positions.
 * Used by one thread.
 */
final class SummaryLoad implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SummaryLoad.class);

    private final SinkSettings settings;
    private final PostgresConnections connections;
    private final Supplier<SummaryTopic> topics;
    private final Consumption consumption;
    private final LongSupplier clock;
    private final RecordStaging staging;
    private final PartitionClaims claims;
    private final WholeDays days;
    private final PartitionRoom room;
    private final Map<TopicPartition, PartitionState> states = new HashMap<>();
    private final LoadFailures failuresTold;
    private final SetAsideDays aside;
    private Connection connection;
    private SummaryTopic topic;
    private SummaryTopic.Description description;
    private int numbered;
    private int failures;

    /** By the clock; until then nothing is tried. */
    private long nextAttempt;

    private long nextPosition;

    /** The consumer that a load gets its records from, as far as the load controls it. */
    interface Consumption {
        void seek(TopicPartition partition, long offset);

        void pause(Collection<TopicPartition> partitions);

        void resume(Collection<TopicPartition> partitions);
    }

    /**
     * A load without partitions; {@link #assign} adds them.
     *
     * @param failuresTold hears what could not be loaded; closed with this
     * @param owner identifies this task; no other task may ever have the same
     * @param clock milliseconds since 1970
     * @throws SQLException if a setting is not the name of a schema
     */
    SummaryLoad(
            SinkSettings settings,
            PostgresConnections connections,
            Supplier<SummaryTopic> topics,
            LoadFailures failuresTold,
            Consumption consumption,
            UUID owner,
            LongSupplier clock)
            throws SQLException {
        this.settings = settings;
        this.connections = connections;
        this.topics = topics;
        this.failuresTold = failuresTold;
        this.consumption = consumption;
        this.clock = clock;
        final Stage stage = new Stage(settings.getInt(SinkSettings.BUFFER));
        staging = new RecordStaging(stage, failuresTold, () -> ++numbered);
        final String schema = settings.getString(SinkSettings.STATUS_SCHEMA);
        final PositionTable positions = new PositionTable(schema, owner);
        final StatusTable statuses = new StatusTable(schema);
        final SetAsideTable setAsides = new SetAsideTable(schema);
        aside = new SetAsideDays(
                setAsides, failuresTold, attempts -> backoff(attempts, SinkSettings.LONGEST_REFUSED_BACKOFF), clock);
        room = new PartitionRoom(
                schema,
                settings.getInt(SinkSettings.FILLFACTOR),
                settings.getLong(SinkSettings.FILLFACTOR_INTERVAL),
                clock);
        claims = new PartitionClaims(positions, aside, consumption, states);
        final OrganisationTables tables = new OrganisationTables(settings);
        days = new WholeDays(
                new DayLoader(
                        stage,
                        positions,
                        statuses,
                        setAsides,
                        aside,
                        new CompletionOutbox(settings, clock),
                        tables,
                        new PurgedMonths(tables, settings.getInt(SinkSettings.RETENTION_MONTHS), clock),
                        settings.getBoolean(SinkSettings.COMPLETION_COLUMNS)),
                aside,
                states,
                settings.getInt(SinkSettings.LOAD_ROWS),
                () -> ++numbered,
                clock);
    }

    /** Adds partitions that are assigned to this task. */
    void assign(Collection<TopicPartition> partitions) {
        claims.assign(partitions);
    }

    /** Removes partitions that are revoked from this task, and forgets what is staged of them. */
    void revoke(Collection<TopicPartition> partitions) {
        claims.revoke(partitions);
        if (states.isEmpty()) {
            // All goes at once.
            disconnect();
        }
    }

    /** The positions in PostgreSQL. */
    Map<TopicPartition, Long> stored() {
        return states.values().stream()
                .filter(state -> !state.isRewrite())
                .collect(Collectors.toMap(PartitionState::partition, PartitionState::stored));
    }

    /**
     * Stages the records of a poll, and loads the days that are complete. Failures that can end by themselves are logged, and the
     * work is tried again at a later poll.
     *
     * @param polled the offsets of the next records of partitions that the poll has moved
     */
    void take(Collection<SinkRecord> records, Map<TopicPartition, Long> polled) {
        if (clock.getAsLong() < nextAttempt) {
            return;
        }
        try {
            // Partitions that are new were read from somewhere else; the next poll begins where it has to.
            final Set<TopicPartition> fresh = claim();
            refuseSetBack(polled, fresh);
            staging.add(records, partition -> fresh.contains(partition) ? null : states.get(partition));
            polled.forEach((partition, next) -> {
                if (!fresh.contains(partition)) {
                    readTo(partition, next);
                }
            });
            days.load();
            writePositions();
            room.keep(connection);
            failures = 0;
        } catch (PositionTable.NotOwnerException e) {
            // Either this task is no longer a member, which Connect says at the next poll, or the other is not and was
            // late: it loses the partition again when this one claims it after a while.
            claims.forget();
            pause(e);
        } catch (SQLException | KafkaException | MalformedRowException e) {
            pause(e);
        }
    }

    /** Claims partitions that are new. */
    private Set<TopicPartition> claim() throws SQLException, MalformedRowException, PositionTable.NotOwnerException {
        final Set<TopicPartition> fresh = claims.fresh();
        if (connection == null) {
            connection = connections.open();
            staging.open(connection);
            days.open(connection);
        }
        if (fresh.isEmpty()) {
            return fresh;
        }
        if (topic == null) {
            topic = topics.get();
        }
        description = topic.describe(fresh.iterator().next().topic());
        days.read(topic, description);
        claims.claim(connection, topic, description, fresh);
        return fresh;
    }

    /**
     * A consumer begins anew where its topic was made anew, or has lost records: all that is known of partitions is void then. They
     * are claimed again, which looks at the topic.
     */
    private void refuseSetBack(Map<TopicPartition, Long> polled, Set<TopicPartition> fresh) {
        polled.forEach((partition, next) -> {
            final PartitionState state = states.get(partition);
            if (state != null && !fresh.contains(partition) && next < state.position()) {
                throw new KafkaException(partition + " was reset from offset " + state.position() + " to " + next);
            }
        });
    }

    /** The same where the new topic has as many records already. */
    private void refuseAnother() {
        states.keySet().stream().map(TopicPartition::topic).findFirst().ifPresent(name -> {
            if (!topic.describe(name).id().equals(description.id())) {
                throw new KafkaException("topic " + name + " was created again");
            }
        });
    }

    private void readTo(TopicPartition partition, long next) {
        final PartitionState state = states.get(partition);
        if (state != null) {
            state.readTo(next);
        }
    }

    private void writePositions() throws SQLException, PositionTable.NotOwnerException {
        final long now = clock.getAsLong();
        final boolean all = now >= nextPosition;
        if (all) {
            nextPosition = now + settings.getLong(SinkSettings.POSITION_INTERVAL);
            refuseAnother();
        }
        days.writePositions(all);
    }

    /** Begins anew after a while: everything is read again from the stored positions. */
    private void pause(Exception e) {
        failures++;
        final long wait = backoff(failures, SinkSettings.LONGEST_BACKOFF);
        if (failures == 1) {
            LOG.warn("Cannot load the summary: {}. Tried again in {} ms; nothing is lost.", e.getMessage(), wait);
        }
        LOG.debug("where it failed", e);
        nextAttempt = clock.getAsLong() + wait;
        consumption.pause(claims.assigned());
        disconnect();
    }

    private long backoff(int attempts, String longest) {
        final long first = settings.getLong(SinkSettings.BACKOFF);
        return Math.min(settings.getLong(longest), first << Math.min(attempts - 1, 20));
    }

    private void disconnect() {
        states.clear();
        aside.clear();
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("closing a connection that is gone", e);
            }
            connection = null;
        }
        if (topic != null) {
            topic.close();
            topic = null;
        }
    }

    @Override
    public void close() {
        disconnect();
        failuresTold.close();
    }
}
