package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
 * Loads the records of the summary topic that a task gets: claims its partitions in PostgreSQL, has their records staged, and the
 * days loaded that are whole.
 *
 * <p>Where PostgreSQL or the broker cannot be reached, partitions are paused, and everything is read again from the stored
 * positions afterwards. Used by one thread.
 */
final class SummaryLoad implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SummaryLoad.class);

    private final SinkSettings settings;
    private final PostgresConnections connections;
    private final Supplier<SummaryTopic> topics;
    private final Consumption consumption;
    private final LongSupplier clock;
    private final RecordStaging staging;
    private final PositionTable positions;
    private final WholeDays days;
    private final PartitionRoom room;
    private final Set<TopicPartition> assigned = new HashSet<>();
    /** Of these, those that this task has claimed since they were assigned. */
    private final Set<TopicPartition> claimed = new HashSet<>();

    private final Map<TopicPartition, PartitionState> states = new HashMap<>();
    private final LoadFailures failuresTold;
    private final SetAsideDays aside;
    private Connection connection;
    private SummaryTopic topic;
    private int numbered;
    private int failures;

    /** By the clock; until then nothing is tried. */
    private long nextAttempt;

    private long nextPosition;

    /** What a load does to the consumer that it gets records from. */
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
     * @throws SQLException where a setting is no name of a schema
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
        staging = new RecordStaging(new Stage(settings.getInt(SinkSettings.BUFFER)), failuresTold, () -> ++numbered);
        final String schema = settings.getString(SinkSettings.STATUS_SCHEMA);
        positions = new PositionTable(schema, owner);
        final StatusTable statuses = new StatusTable(schema);
        final SetAsideTable setAsides = new SetAsideTable(schema);
        aside = new SetAsideDays(
                setAsides, failuresTold, attempts -> backoff(attempts, SinkSettings.LONGEST_REFUSED_BACKOFF), clock);
        room = new PartitionRoom(
                schema,
                settings.getInt(SinkSettings.FILLFACTOR),
                settings.getLong(SinkSettings.FILLFACTOR_INTERVAL),
                clock);
        final OrganisationTables tables = new OrganisationTables(settings);
        days = new WholeDays(
                new DayLoader(
                        positions,
                        statuses,
                        setAsides,
                        new CompletionOutbox(settings, clock),
                        tables,
                        new PurgedMonths(tables, settings.getInt(SinkSettings.RETENTION_MONTHS), clock),
                        settings.getBoolean(SinkSettings.COMPLETION_COLUMNS)),
                statuses,
                aside,
                states,
                settings.getInt(SinkSettings.LOAD_ROWS),
                () -> ++numbered,
                clock);
    }

    /** Adds partitions that are assigned to this task. */
    void assign(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
    }

    /** Removes partitions that are revoked from this task, and forgets what is staged of them. */
    void revoke(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        claimed.removeAll(partitions);
        states.keySet().removeAll(partitions);
        aside.revoke(partitions);
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
            // Either this task is no member any more, which Connect says at the next poll, or the other is not and was
            // late: it loses the partition again when this one claims it after a while.
            claimed.clear();
            pause(e);
        } catch (SQLException | KafkaException | MalformedRowException e) {
            pause(e);
        }
    }

    /** Claims partitions that are new. */
    private Set<TopicPartition> claim() throws SQLException, MalformedRowException, PositionTable.NotOwnerException {
        final Set<TopicPartition> fresh = assigned.stream()
                .filter(partition -> !states.containsKey(partition))
                .collect(Collectors.toSet());
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
        final SummaryTopic.Description description =
                topic.describe(fresh.iterator().next().topic());
        days.read(topic, description);
        final Map<TopicPartition, Long> beginnings = topic.beginnings(fresh);
        final Map<TopicPartition, Long> ends = topic.ends(fresh);
        for (final TopicPartition partition : fresh) {
            // A task that was cut off must not take back what was another's meanwhile.
            final PositionTable.Stored stored = claimed.contains(partition)
                    ? positions.reclaim(connection, partition)
                    : positions.claim(connection, partition);
            claimed.add(partition);
            final boolean rewrite = !isUsable(stored, description, beginnings.get(partition), ends.get(partition));
            if (rewrite) {
                LOG.info("{}: read from its beginning, and days are compared with the table as a whole", partition);
            }
            final long position = rewrite ? 0 : stored.next();
            states.put(partition, new PartitionState(partition, position, rewrite));
            consumption.seek(partition, position);
            aside.read(connection, partition);
        }
        consumption.resume(fresh);
        return fresh;
    }

    /** Whether reading can go on at a stored position. Otherwise tombstones may be gone that the table never saw. */
    private static boolean isUsable(
            PositionTable.Stored stored, SummaryTopic.Description description, long beginning, long end) {
        return description.id().equals(stored.topicId())
                && stored.next() >= beginning
                && stored.next() <= end
                && stored.idleSeconds() < description.tombstones().toSeconds() * 0.75;
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
        consumption.pause(assigned);
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
