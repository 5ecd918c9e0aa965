package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads staged days: rows, status and position become visible together. What PostgreSQL refuses is for the caller. Used by one
 * thread.
 */
final class DayLoader {
    private static final Logger LOG = LoggerFactory.getLogger(DayLoader.class);

    private final PositionTable positions;
    private final StatusTable statuses;
    private final SetAsideTable setAside;
    private final CompletionOutbox completions;
    private final OrganisationTables tables;
    private final PurgedMonths purged;
    private final boolean columns;
    private Connection connection;

    /**
     * A loader without a connection.
     *
     * @param columns whether events name the columns that changed
     */
    DayLoader(
            PositionTable positions,
            StatusTable statuses,
            SetAsideTable setAside,
            CompletionOutbox completions,
            OrganisationTables tables,
            PurgedMonths purged,
            boolean columns) {
        this.positions = positions;
        this.statuses = statuses;
        this.setAside = setAside;
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

    /** What is done within a transaction. */
    private interface Work {
        void run() throws SQLException, PositionTable.NotOwnerException;
    }

    /**
     * Loads days in one transaction.
     *
     * @param partitions all that this task has
     * @param aside days of them that are set aside
     * @param again whether rows may be in the table already, so that each is compared
     * @throws SQLException where nothing was loaded, or where that is not known because the connection is gone
     */
    void load(
            Collection<PendingDay> days,
            Map<TopicPartition, PartitionState> partitions,
            Set<RowKey.Day> aside,
            boolean again,
            Uuid topicId)
            throws SQLException, PositionTable.NotOwnerException {
        final Set<PendingDay> all = new HashSet<>(days);
        final Map<TopicPartition, Long> next =
                new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
        days.forEach(
                day -> next.put(day.partition(), partitions.get(day.partition()).resumeAfter(all)));
        transaction(() -> {
            for (final Map.Entry<TopicPartition, Long> partition : next.entrySet()) {
                write(partitions.get(partition.getKey()), partition.getValue(), topicId);
            }
            final List<PendingDay> wanted = new ArrayList<>();
            for (final PendingDay day : days) {
                final boolean rewrite = partitions.get(day.partition()).isRewrite();
                if (!rewrite && statuses.holds(connection, day, topicId)) {
                    continue;
                }
                if (aside.contains(day.day())) {
                    setAside.stage(connection, day);
                }
                wanted.add(day);
            }
            final Map<String, List<PendingDay>> byTable = kept(wanted, partitions, aside);
            final List<PendingDay> taken =
                    byTable.values().stream().flatMap(List::stream).toList();
            final Map<PendingDay, CompletionOutbox.Change> changes = changes(taken, aside);
            take(byTable, partitions, aside, again);
            if (completions.isUsable()) {
                completions.write(connection, taken, changes);
            }
            for (final PendingDay day : wanted) {
                statuses.write(connection, day, topicId);
                if (aside.contains(day.day())) {
                    setAside.remove(connection, day.day());
                }
            }
            unstage(days, partitions);
        });
        next.forEach((partition, offset) -> stored(partitions.get(partition), offset));
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

    /** What loading these days changes. Where it is not asked for in detail, and each row is staged once, that is known. */
    private Map<PendingDay, CompletionOutbox.Change> changes(List<PendingDay> days, Set<RowKey.Day> aside)
            throws SQLException {
        final Map<PendingDay, CompletionOutbox.Change> changes = new HashMap<>();
        if (!completions.isUsable()) {
            return changes;
        }
        final Map<String, List<PendingDay>> counted = new TreeMap<>();
        for (final PendingDay day : days) {
            changes.put(day, new CompletionOutbox.Change(day.rows(), columns ? List.of() : null));
            if (columns || day.hasSeveralPasses() || aside.contains(day.day())) {
                counted.computeIfAbsent(tables.rows(day.day().organisation()), table -> new ArrayList<>())
                        .add(day);
            }
        }
        for (final Map.Entry<String, List<PendingDay>> table : counted.entrySet()) {
            changes.putAll(StagedChanges.of(connection, table.getKey(), table.getValue(), columns));
        }
        return changes;
    }

    private void take(
            Map<String, List<PendingDay>> byTable,
            Map<TopicPartition, PartitionState> partitions,
            Set<RowKey.Day> aside,
            boolean again)
            throws SQLException {
        for (final Map.Entry<String, List<PendingDay>> table : byTable.entrySet()) {
            final DayStatements statements = new DayStatements(table.getKey());
            final List<PendingDay> its = table.getValue();
            boolean once = !again;
            boolean rows = false;
            boolean tombstones = false;
            for (final PendingDay day : its) {
                once &= !day.hasSeveralPasses() && !aside.contains(day.day());
                tombstones |= day.hasTombstones() || aside.contains(day.day());
                rows |= day.rows() > 0 || aside.contains(day.day());
                if (partitions.get(day.partition()).isRewrite()) {
                    deleteOthers(statements, day);
                }
            }
            if (rows) {
                execute(statements.upsert(once, again), its);
            }
            if (tombstones) {
                execute(statements.delete(once), its);
            }
        }
    }

    /** The days that are loaded, by the table of their rows. */
    private Map<String, List<PendingDay>> kept(
            Collection<PendingDay> days, Map<TopicPartition, PartitionState> partitions, Set<RowKey.Day> aside)
            throws SQLException {
        final Map<String, List<PendingDay>> byTable = new TreeMap<>();
        for (final PendingDay day : days) {
            byTable.computeIfAbsent(tables.rows(day.day().organisation()), table -> new ArrayList<>())
                    .add(day);
        }
        for (final Map.Entry<String, List<PendingDay>> table : byTable.entrySet()) {
            table.setValue(keptOfTable(table.getValue(), partitions, aside));
        }
        return byTable;
    }

    /**
     * Days of a table without those of months that cost management has purged, whose rows stay as they are. Such days come where
     * a partition is read from its beginning, and where they were set aside; later changes of them are not published.
     */
    private List<PendingDay> keptOfTable(
            List<PendingDay> days, Map<TopicPartition, PartitionState> partitions, Set<RowKey.Day> aside)
            throws SQLException {
        final Set<PendingDay> late = days.stream()
                .filter(day -> partitions.get(day.partition()).isRewrite() || aside.contains(day.day()))
                .collect(Collectors.toSet());
        final Set<LocalDate> gone = purged.among(
                connection,
                days.get(0).day().organisation(),
                late.stream().map(DayLoader::date).collect(Collectors.toSet()));
        final List<PendingDay> kept = days.stream()
                .filter(day -> !late.contains(day) || !gone.contains(date(day)))
                .toList();
        if (!gone.isEmpty()) {
            LOG.info(
                    "{} days of {} are not loaded: cost management has purged their months",
                    days.size() - kept.size(),
                    new TreeSet<>(gone));
        }
        return kept;
    }

    private static LocalDate date(PendingDay day) {
        return LocalDate.ofEpochDay(day.day().epochDay());
    }

    private void deleteOthers(DayStatements statements, PendingDay day) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(statements.deleteOthers())) {
            delete.setString(1, day.day().source());
            delete.setObject(2, date(day));
            days(delete, 3, List.of(day));
            delete.executeUpdate();
        }
    }

    private void execute(String sql, Collection<PendingDay> days) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            days(statement, 1, days);
            statement.executeUpdate();
        }
    }

    private void days(PreparedStatement statement, int at, Collection<PendingDay> days) throws SQLException {
        DayStatements.days(connection, statement, at, days);
    }

    /** A temporary table is never vacuumed, so it is emptied whenever nothing of it is needed any more. */
    private void unstage(Collection<PendingDay> days, Map<TopicPartition, PartitionState> partitions)
            throws SQLException {
        final Set<PendingDay> loaded = new HashSet<>(days);
        final boolean all = partitions.values().stream()
                .flatMap(partition -> partition.pending().stream())
                .allMatch(day -> loaded.contains(day) && day.firstBehindMarker() < 0);
        if (all) {
            try (Statement truncate = connection.createStatement()) {
                truncate.execute("TRUNCATE " + Stage.TABLE);
            }
        } else {
            execute(DayStatements.unstage(), days);
        }
    }

    /** Sets a day aside, so that the position can go on. */
    void setAside(PendingDay day, PartitionState partition, String error, int attempts, Uuid topicId)
            throws SQLException, PositionTable.NotOwnerException {
        final long next = partition.resumeAfter(Set.of(day));
        transaction(() -> {
            write(partition, next, topicId);
            setAside.write(connection, day, error, attempts);
            execute(DayStatements.unstage(), List.of(day));
        });
        stored(partition, next);
    }

    /** All of a partition was read from its beginning: what else the table has of ours goes, and the position is written. */
    void rewritten(PartitionState partition, Collection<RowKey.Day> gone, Uuid topicId)
            throws SQLException, PositionTable.NotOwnerException {
        final long next = partition.resumeAt();
        transaction(() -> {
            positions.write(connection, partition.partition(), topicId, next);
            for (final RowKey.Day day : gone) {
                final DayStatements statements = new DayStatements(tables.rows(day.organisation()));
                final PendingDay none = new PendingDay(partition.partition(), day, -1);
                none.end(new DayMarker(0, 0, null));
                deleteOthers(statements, none);
                statuses.delete(connection, day);
            }
        });
        partition.rewritten();
        partition.stored(next);
    }

    /** Writes a position though no day was loaded. */
    void position(PartitionState partition, Uuid topicId) throws SQLException, PositionTable.NotOwnerException {
        final long next = partition.resumeAt();
        transaction(() -> write(partition, next, topicId));
        stored(partition, next);
    }

    private void transaction(Work work) throws SQLException, PositionTable.NotOwnerException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            work.run();
            connection.commit();
            done = true;
        } finally {
            if (!done) {
                rollback();
            }
        }
        connection.setAutoCommit(true);
    }

    /** What fails here is told by what failed before. */
    private void rollback() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // The connection is gone, and with it the transaction.
        }
    }
}
