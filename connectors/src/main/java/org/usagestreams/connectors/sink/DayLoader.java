package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Loads staged days: rows, status and position become visible together. The caller handles what PostgreSQL refuses. Used by one thread.
 */
final class DayLoader {
    private static final String ROW_IS_THERE = "23505";

    private final Stage stage;
    private final PositionTable positions;
    private final StatusTable statuses;
    private final SetAsideTable setAside;
    private final SetAsideDays aside;
    private final CompletionOutbox completions;
    private final OrganisationTables tables;
    private final PurgedMonths purged;
    private final boolean columns;
    private Connection connection;

    /**
     * A loader without a connection.
     *
     * @param aside what this task knows of the days in {@code setAside}
     * @param columns whether events name the columns that changed
     */
    DayLoader(
            Stage stage,
            PositionTable positions,
            StatusTable statuses,
            SetAsideTable setAside,
            SetAsideDays aside,
            CompletionOutbox completions,
            OrganisationTables tables,
            PurgedMonths purged,
            boolean columns) {
        this.stage = stage;
        this.positions = positions;
        this.statuses = statuses;
        this.setAside = setAside;
        this.aside = aside;
        this.completions = completions;
        this.tables = tables;
        this.purged = purged;
        this.columns = columns;
    }

    /** Works on a connection from now on. */
    void open(Connection on) throws SQLException {
        connection = on;
        completions.open(on);
    }

    /**
     * Loads days in one transaction.
     *
     * @param partitions all that this task has
     * @param again whether rows may be in the table already, so that each is compared
     * @param topicId of the topic that is read
     * @throws SQLException if nothing was loaded, or if that is not known because the connection is gone
     */
    void load(List<PendingDay> days, Map<TopicPartition, PartitionState> partitions, boolean again, Uuid topicId)
            throws SQLException, PositionTable.NotOwnerException {
        final Set<PendingDay> all = new HashSet<>(days);
        final Map<TopicPartition, Long> next =
                new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
        days.forEach(
                day -> next.put(day.partition(), partitions.get(day.partition()).resumeAfter(all)));
        try {
            load(days, partitions, next, again, topicId, true);
        } catch (SQLException e) {
            if (!ROW_IS_THERE.equals(e.getSQLState())) {
                throw e;
            }
            // Rows of a day without a status, as where somebody has deleted that.
            load(days, partitions, next, again, topicId, false);
        }
        next.forEach((partition, offset) -> stored(partitions.get(partition), offset));
    }

    private void load(
            List<PendingDay> days,
            Map<TopicPartition, PartitionState> partitions,
            Map<TopicPartition, Long> next,
            boolean again,
            Uuid topicId,
            boolean canInsert)
            throws SQLException, PositionTable.NotOwnerException {
        LoadTransaction.run(connection, () -> {
            for (final Map.Entry<TopicPartition, Long> partition : next.entrySet()) {
                write(partitions.get(partition.getKey()), partition.getValue(), topicId);
            }
            final List<DayLoad> wanted = wanted(days, partitions, topicId, canInsert);
            final List<DayLoad> kept = purged.without(connection, wanted);
            if (completions.isUsable()) {
                final Map<PendingDay, CompletionOutbox.Change> changes = StagedChanges.of(connection, kept, columns);
                StagedRows.take(connection, kept, again);
                completions.write(connection, DayLoad.days(kept), changes);
            } else {
                StagedRows.take(connection, kept, again);
            }
            for (final DayLoad load : wanted) {
                statuses.write(connection, load.day(), load.topicId());
                if (aside.entry(load.day().day()) != null) {
                    setAside.remove(connection, load.day().day());
                }
            }
            StagedRows.unstage(connection, stage, days, partitions.values());
        });
    }

    /**
     * The days that the table does not hold yet. Rows that were set aside are staged, too, unless all of the day is read again. A day
     * that was loaded from another topic, or was not found on this one, is replaced as a whole: nothing else tells which of its rows
     * are no more.
     */
    private List<DayLoad> wanted(
            List<PendingDay> days, Map<TopicPartition, PartitionState> partitions, Uuid topicRead, boolean canInsert)
            throws SQLException {
        final Map<PendingDay, StatusTable.Held> held = statuses.held(connection, days);
        final List<DayLoad> wanted = new ArrayList<>();
        for (final PendingDay day : days) {
            final boolean isRewrite = partitions.get(day.partition()).isRewrite();
            final Uuid topicId = day.topicId() == null ? topicRead : day.topicId();
            final StatusTable.Held its = held.get(day);
            if (!isRewrite && its != null && its.includes(day, topicId)) {
                continue;
            }
            final boolean isAside = isContinued(day, isRewrite, topicId);
            if (isAside) {
                setAside.stage(connection, day);
            }
            final boolean isWhole = isRewrite || (its != null && !its.topicId().equals(topicId));
            wanted.add(new DayLoad(
                    day, tables.rows(day.day().organisation()), topicId, canInsert && its == null, isWhole, isAside));
        }
        return wanted;
    }

    /** Whether rows of the day were set aside that come before those which are staged. */
    private boolean isContinued(PendingDay day, boolean isRewrite, Uuid topicId) {
        final SetAsideTable.Entry entry = aside.entry(day.day());
        return entry != null && !isRewrite && entry.isOf(topicId);
    }

    /** A partition that is read from its beginning is to be read so again, until all of it is loaded. */
    private void write(PartitionState partition, long offset, Uuid topicId)
            throws SQLException, PositionTable.NotOwnerException {
        final boolean rewrite = partition.isRewrite();
        positions.write(connection, partition.partition(), rewrite ? null : topicId, rewrite ? 0 : offset);
    }

    private static void stored(PartitionState partition, long offset) {
        if (!partition.isRewrite()) {
            partition.stored(offset);
        }
    }

    /** Sets a day aside, so that the position can go on. */
    void setAside(PendingDay day, PartitionState partition, String error, int attempts, Uuid topicRead)
            throws SQLException, PositionTable.NotOwnerException {
        final long next = partition.resumeAfter(Set.of(day));
        final Uuid topicId = day.topicId() == null ? topicRead : day.topicId();
        LoadTransaction.run(connection, () -> {
            write(partition, next, topicRead);
            if (aside.entry(day.day()) != null && !isContinued(day, partition.isRewrite(), topicId)) {
                setAside.remove(connection, day.day());
            }
            setAside.write(connection, day, topicId, error, attempts);
            if (partition.isRewrite()) {
                // What is set aside is all of the day, and is to replace all of it.
                statuses.orphan(connection, List.of(day.day()));
            }
            StagedRows.unstage(connection, day);
        });
        stored(partition, next);
        aside.put(day, topicId, error, attempts);
    }

    /**
     * All of a partition was read from its beginning, and the position is written. The table's days that are not there are orphaned:
     * the topic may have lost them, so they are nothing to delete.
     *
     * @return how many days are orphaned, of whichever partition
     */
    long rewritten(PartitionState partition, Uuid topicId) throws SQLException, PositionTable.NotOwnerException {
        final long next = partition.resumeAt();
        final long[] orphans = new long[1];
        LoadTransaction.run(connection, () -> {
            positions.write(connection, partition.partition(), topicId, next);
            statuses.orphan(
                    connection,
                    statuses.days(connection, partition.partition(), topicId).stream()
                            .filter(day -> !partition.hasLoaded(day))
                            .toList());
            orphans[0] = statuses.orphans(connection, topicId);
        });
        partition.rewritten();
        partition.stored(next);
        return orphans[0];
    }

    /** Writes a position though no day was loaded. */
    void position(PartitionState partition, Uuid topicId) throws SQLException, PositionTable.NotOwnerException {
        final long next = partition.resumeAt();
        LoadTransaction.run(connection, () -> write(partition, next, topicId));
        stored(partition, next);
    }
}
