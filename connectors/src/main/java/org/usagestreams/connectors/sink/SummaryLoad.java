package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Loads the records of the summary topic that a task gets. Rows are staged; a day is loaded once its marker is there and nothing
 * of the revision can be missing:
 *
 * <p>The topic is compacted, so a row of a revision may have vanished for a later one's. While a marker is younger than half of
 * the topic's {@code min.compaction.lag.ms}, nothing behind it can have hidden anything before it, and its day is loaded at once.
 * Older days, as at a first read, are loaded at a moment at which all is read that there is: what may have hidden a row was read
 * then, too.
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
    private final Stage stage;
    private final PositionTable positions;
    private final StatusTable statuses;
    private final DayLoader loader;
    private final RowKey key = new RowKey();
    private final Set<TopicPartition> assigned = new HashSet<>();
    /** Of these, those that this task has claimed since they were assigned. */
    private final Set<TopicPartition> claimed = new HashSet<>();

    private final Map<TopicPartition, PartitionState> states = new HashMap<>();
    private final LoadFailures failuresTold;
    private final SetAsideDays aside;
    private Connection connection;
    private SummaryTopic topic;
    private SummaryTopic.Description description;
    private int days;
    private int failures;
    /** Whether each record is staged by itself, since PostgreSQL refused one of many. */
    private boolean isCareful;

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
        stage = new Stage(settings.getInt(SinkSettings.BUFFER));
        positions = new PositionTable(settings.getString(SinkSettings.STATUS_SCHEMA), owner);
        statuses = new StatusTable(settings.getString(SinkSettings.STATUS_SCHEMA));
        final SetAsideTable setAsides = new SetAsideTable(settings.getString(SinkSettings.STATUS_SCHEMA));
        aside = new SetAsideDays(
                setAsides, failuresTold, attempts -> backoff(attempts, SinkSettings.LONGEST_REFUSED_BACKOFF), clock);
        loader = new DayLoader(
                positions,
                statuses,
                setAsides,
                new CompletionOutbox(settings, clock),
                organisation -> Identifiers.quoted(settings.schema(organisation)) + "."
                        + Identifiers.quoted(settings.getString(SinkSettings.TABLE)),
                settings.getBoolean(SinkSettings.COMPLETION_COLUMNS));
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
            stage(records, fresh);
            polled.forEach((partition, next) -> {
                if (!fresh.contains(partition)) {
                    readTo(partition, next);
                }
            });
            loadWhole();
            retry();
            writePositions();
            failures = 0;
        } catch (PositionTable.NotOwnerException e) {
            // Either this task is no member any more, which Connect says at the next poll, or the other is not and was
            // late: it
            // loses the partition again when this one claims it after a while.
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
            stage.open(connection);
            loader.open(connection);
        }
        if (fresh.isEmpty()) {
            return fresh;
        }
        if (topic == null) {
            topic = topics.get();
        }
        description = topic.describe(fresh.iterator().next().topic());
        final Map<TopicPartition, Long> beginnings = topic.beginnings(fresh);
        final Map<TopicPartition, Long> ends = topic.ends(fresh);
        for (final TopicPartition partition : fresh) {
            // A task that was cut off must not take back what was another's meanwhile.
            final PositionTable.Stored stored = claimed.contains(partition)
                    ? positions.reclaim(connection, partition)
                    : positions.claim(connection, partition);
            claimed.add(partition);
            final boolean rewrite = !isUsable(stored, beginnings.get(partition), ends.get(partition));
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
    private boolean isUsable(PositionTable.Stored stored, long beginning, long end) {
        return description.id().equals(stored.topicId())
                && stored.next() >= beginning
                && stored.next() <= end
                && stored.idleSeconds() < description.tombstones().toSeconds() * 0.75;
    }

    private void stage(Collection<SinkRecord> records, Set<TopicPartition> fresh) throws SQLException {
        boolean isRefused = false;
        for (final SinkRecord record : records) {
            final TopicPartition partition = new TopicPartition(record.topic(), record.kafkaPartition());
            final PartitionState state = fresh.contains(partition) ? null : states.get(partition);
            if (state == null || record.kafkaOffset() < state.position()) {
                continue;
            }
            try {
                stage(record, state);
                if (isCareful) {
                    stage.flush();
                }
            } catch (MalformedRowException e) {
                leaveOut(record, e.getMessage());
            } catch (SQLException e) {
                if (!isCareful || !Refusals.isOfTheData(e)) {
                    throw e;
                }
                stage.discard();
                isRefused = true;
                leaveOut(record, e.getMessage());
            }
            state.readTo(record.kafkaOffset() + 1);
        }
        try {
            stage.flush();
        } catch (SQLException e) {
            isCareful = Refusals.isOfTheData(e);
            throw e;
        }
        isCareful &= !isRefused;
    }

    private void leaveOut(SinkRecord record, String reason) {
        LOG.warn(
                "Cannot load the record at {}-{}@{}: {}. It is left out.",
                record.topic(),
                record.kafkaPartition(),
                record.kafkaOffset(),
                reason);
        failuresTold.leftOut(record, reason);
    }

    private void stage(SinkRecord record, PartitionState state) throws SQLException, MalformedRowException {
        if (!(record.key() instanceof byte[] keyBytes)) {
            throw new MalformedRowException("it has no key as bytes (key.converter has to be ByteArrayConverter)");
        }
        final byte[] value = (byte[]) record.value();
        key.read(keyBytes);
        final boolean isMoved = record.headers().lastWithName(SummaryKey.MOVED_HEADER) != null;
        if (value == null && isMoved) {
            // An expansion has taken the row to another partition.
            return;
        }
        if (key.isMarker()) {
            if (value != null) {
                final DayMarker marker = new DayMarker(
                        record.kafkaOffset(),
                        record.timestamp() == null ? 0 : record.timestamp(),
                        DayMarker.read(value));
                state.day(key.day(), () -> ++days).end(marker);
            }
            return;
        }
        final PendingDay day = state.day(key.day(), () -> ++days);
        if (isMoved) {
            day.move();
        }
        stage.add(day.number(), record.kafkaOffset(), key, value);
        day.row(record.kafkaOffset(), value == null);
    }

    private void readTo(TopicPartition partition, long next) {
        final PartitionState state = states.get(partition);
        if (state != null) {
            state.readTo(next);
        }
    }

    /** Loads the days of which a revision is whole. */
    private void loadWhole() throws SQLException, PositionTable.NotOwnerException {
        final Set<PartitionState> waiting = states.values().stream()
                .filter(state -> state.isRewrite() || state.pending().stream().anyMatch(this::isOld))
                .collect(Collectors.toSet());
        final Set<PartitionState> readToEnd = new HashSet<>();
        if (!waiting.isEmpty()) {
            final Map<TopicPartition, Long> ends =
                    topic.ends(waiting.stream().map(PartitionState::partition).toList());
            waiting.stream()
                    .filter(state -> state.position() >= ends.get(state.partition()))
                    .forEach(readToEnd::add);
        }
        final List<PendingDay> whole = new ArrayList<>();
        for (final PartitionState state : states.values()) {
            for (final PendingDay day : state.pending()) {
                if (day.marker() != null && (readToEnd.contains(state) || (!state.isRewrite() && !isOld(day)))) {
                    whole.add(day);
                }
            }
        }
        load(whole, readToEnd);
        for (final PartitionState state : readToEnd) {
            if (state.isRewrite()) {
                finish(state);
            }
        }
    }

    /** Whether something behind the day's marker may have hidden something before it. */
    private boolean isOld(PendingDay day) {
        final long half = description.compactionLag().toMillis() / 2;
        return day.marker() != null && day.marker().timestamp() <= clock.getAsLong() - half;
    }

    private void load(List<PendingDay> whole, Set<PartitionState> readToEnd)
            throws SQLException, PositionTable.NotOwnerException {
        final int most = settings.getInt(SinkSettings.LOAD_ROWS);
        List<PendingDay> together = new ArrayList<>();
        long rows = 0;
        for (final PendingDay day : whole) {
            if (!together.isEmpty() && rows + day.rows() > most) {
                loadTogether(together, readToEnd);
                together = new ArrayList<>();
                rows = 0;
            }
            together.add(day);
            rows += day.rows();
        }
        if (!together.isEmpty()) {
            loadTogether(together, readToEnd);
        }
    }

    private void loadTogether(List<PendingDay> together, Set<PartitionState> readToEnd)
            throws SQLException, PositionTable.NotOwnerException {
        final boolean again =
                together.stream().anyMatch(day -> day.isMoved() || readToEnd.contains(states.get(day.partition())));
        try {
            aside.settle(together);
            loader.load(together, states, aside.all(), again, description.id());
            together.forEach(this::loaded);
        } catch (SQLException e) {
            if (!Refusals.isOfTheData(e)) {
                throw e;
            }
            if (together.size() > 1) {
                for (final PendingDay day : together) {
                    loadTogether(List.of(day), readToEnd);
                }
            } else {
                setAside(together.get(0), e);
            }
        }
    }

    private void loaded(PendingDay day) {
        aside.remove(day.day());
        states.get(day.partition()).settle(day);
    }

    private void setAside(PendingDay day, SQLException refused) throws SQLException, PositionTable.NotOwnerException {
        final int attempts = aside.attempts(day.day()) + 1;
        loader.setAside(day, states.get(day.partition()), refused.getMessage(), attempts, description.id());
        aside.put(day, refused.getMessage(), attempts);
        states.get(day.partition()).settle(day);
    }

    /** Tries days again that were set aside. */
    private void retry() throws SQLException, PositionTable.NotOwnerException {
        for (final SetAsideTable.Entry entry : aside.due()) {
            final PartitionState state = states.get(entry.partition());
            // Where newer rows of it are staged, it is tried with them.
            if (state != null
                    && state.pending().stream()
                            .noneMatch(pending -> pending.day().equals(entry.day()))) {
                final PendingDay again = state.day(entry.day(), () -> ++days);
                again.end(entry.marker());
                loadTogether(List.of(again), Set.of());
            }
        }
    }

    /** All of a partition is loaded that was read from its beginning. */
    private void finish(PartitionState state) throws SQLException, PositionTable.NotOwnerException {
        final List<RowKey.Day> gone = statuses.days(connection, state.partition()).stream()
                .filter(day -> !state.hasLoaded(day))
                .toList();
        loader.rewritten(state, gone, description.id());
        LOG.info("{}: read to its end, {} days are no more", state.partition(), gone.size());
    }

    private void writePositions() throws SQLException, PositionTable.NotOwnerException {
        final long now = clock.getAsLong();
        if (now < nextPosition) {
            return;
        }
        nextPosition = now + settings.getLong(SinkSettings.POSITION_INTERVAL);
        for (final PartitionState state : states.values()) {
            if (!state.isRewrite()) {
                loader.position(state, description.id());
            }
        }
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
