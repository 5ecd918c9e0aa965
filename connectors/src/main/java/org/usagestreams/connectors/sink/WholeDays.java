package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the staged days that are whole and has them loaded: a day's marker is there, and nothing of its revision can be missing.
 * Days that PostgreSQL refuses are set aside, and tried again. Used by one thread.
 *
 * <p>The topic is compacted, so a row of a revision may have vanished for a later one's. While a marker is younger than half of
 * the topic's {@code min.compaction.lag.ms}, nothing behind it can have hidden anything before it, and its day is loaded at once.
 * Older days, as at a first read, are loaded at a moment at which all is read that there is: what may have hidden a row was read
 * then, too.
 */
final class WholeDays {
    private static final Logger LOG = LoggerFactory.getLogger(WholeDays.class);

    private final DayLoader loader;
    private final SetAsideDays aside;
    private final Map<TopicPartition, PartitionState> states;
    private final int mostRows;
    private final IntSupplier numbers;
    private final LongSupplier clock;
    private SummaryTopic topic;
    private SummaryTopic.Description description;

    /**
     * Begins without a connection.
     *
     * @param states the partitions of the task, which its owner adds and removes
     * @param mostRows that are loaded in one transaction, unless one day has more
     * @param numbers names days in the stage
     * @param clock milliseconds since 1970
     */
    WholeDays(
            DayLoader loader,
            SetAsideDays aside,
            Map<TopicPartition, PartitionState> states,
            int mostRows,
            IntSupplier numbers,
            LongSupplier clock) {
        this.loader = loader;
        this.aside = aside;
        this.states = states;
        this.mostRows = mostRows;
        this.numbers = numbers;
        this.clock = clock;
    }

    /** Works on a connection from now on. */
    void open(Connection on) throws SQLException {
        loader.open(on);
    }

    /** Asks this topic for its ends from now on. */
    void read(SummaryTopic from, SummaryTopic.Description described) {
        topic = from;
        description = described;
    }

    /** Loads the days that have a whole revision, and those again that were set aside and are due. */
    void load() throws SQLException, PositionTable.NotOwnerException {
        loadWhole();
        retry();
    }

    /**
     * Writes positions though no day was loaded.
     *
     * @param all or only those behind records that lead to no load, which nothing else would write
     */
    void writePositions(boolean all) throws SQLException, PositionTable.NotOwnerException {
        for (final PartitionState state : states.values()) {
            if (!state.isRewrite() && (all || state.hasSkipped())) {
                loader.position(state, description.id());
            }
        }
    }

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
        List<PendingDay> together = new ArrayList<>();
        long rows = 0;
        for (final PendingDay day : whole) {
            if (!together.isEmpty() && rows + day.rows() > mostRows) {
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
            loader.load(together, states, again, description.id());
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
        loader.setAside(
                day,
                states.get(day.partition()),
                refused.getMessage(),
                aside.attempts(day.day()) + 1,
                description.id());
        states.get(day.partition()).settle(day);
    }

    /** Tries days again that were set aside. */
    private void retry() throws SQLException, PositionTable.NotOwnerException {
        for (final SetAsideTable.Entry entry : aside.due()) {
            final PartitionState state = states.get(entry.partition());
            // Where newer rows of it are staged, it is tried with them; those of a partition that is read anew replace
            // it.
            if (state != null
                    && !state.isRewrite()
                    && state.pending().stream()
                            .noneMatch(pending -> pending.day().equals(entry.day()))) {
                final PendingDay again = state.day(entry.day(), numbers);
                again.retry(entry);
                loadTogether(List.of(again), Set.of());
            }
        }
    }

    /** All of a partition is loaded that was read from its beginning. */
    private void finish(PartitionState state) throws SQLException, PositionTable.NotOwnerException {
        final long orphans = loader.rewritten(state, description.id());
        LOG.info("{}: read to its end", state.partition());
        if (orphans > 0) {
            LOG.warn(
                    "{} days in the table are not on topic {}, as far as it was read. Their rows stay until the"
                            + " days are published again. scripts/sink --orphans lists them.",
                    orphans,
                    state.partition().topic());
        }
    }
}
