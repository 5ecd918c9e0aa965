package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The days of a task's partitions that PostgreSQL has refused, and when each is tried again. The table {@code sink_set_aside} is
 * authoritative; this is the task's copy of it. Used by one thread.
 */
final class SetAsideDays {
    private static final Logger LOG = LoggerFactory.getLogger(SetAsideDays.class);

    private final SetAsideTable table;
    private final LoadFailures failures;
    private final Backoff backoff;
    private final LongSupplier clock;
    private final Map<RowKey.Day, Aside> days = new HashMap<>();

    /** How long to wait after so many attempts that failed, in milliseconds. */
    interface Backoff {
        long millis(int attempts);
    }

    private record Aside(SetAsideTable.Entry entry, long next) {}

    /** None yet. */
    SetAsideDays(SetAsideTable table, LoadFailures failures, Backoff backoff, LongSupplier clock) {
        this.table = table;
        this.failures = failures;
        this.backoff = backoff;
        this.clock = clock;
    }

    /** Learns those of a partition, which are tried again at once. A task that was killed may not have told of them. */
    void read(Connection connection, TopicPartition partition) throws SQLException, MalformedRowException {
        table.read(connection, partition).forEach((day, entry) -> {
            days.put(day, new Aside(entry, clock.getAsLong()));
            failures.refused(day, entry.error(), entry.attempts());
        });
    }

    /** Forgets those of partitions that are gone. */
    void revoke(Collection<TopicPartition> partitions) {
        days.values().removeIf(aside -> partitions.contains(aside.entry().partition()));
    }

    void clear() {
        days.clear();
    }

    /** What is known of a day; null if it is not set aside. */
    SetAsideTable.Entry entry(RowKey.Day day) {
        final Aside aside = days.get(day);
        return aside == null ? null : aside.entry();
    }

    /** Those that are to be tried again now. */
    List<SetAsideTable.Entry> due() {
        final long now = clock.getAsLong();
        return days.values().stream()
                .filter(aside -> aside.next() <= now)
                .map(Aside::entry)
                .toList();
    }

    /** How often a day was tried. */
    int attempts(RowKey.Day day) {
        final Aside aside = days.get(day);
        return aside == null ? 0 : aside.entry().attempts();
    }

    /** A day was set aside, or again, with a marker of this topic. */
    void put(PendingDay day, Uuid topicId, String error, int attempts) {
        final Aside before = days.put(
                day.day(),
                new Aside(
                        new SetAsideTable.Entry(day.partition(), day.day(), day.marker(), topicId, error, attempts),
                        clock.getAsLong() + backoff.millis(attempts)));
        if (before == null) {
            LOG.warn(
                    "Cannot load {} of source {}, organisation \"{}\": {}. The day is set aside and tried again.",
                    LocalDate.ofEpochDay(day.day().epochDay()),
                    day.day().source(),
                    day.day().organisation(),
                    error);
        }
        failures.refused(day.day(), error, attempts);
    }

    /** Says of these days that they are loaded, before they are: where they are not, they are put again. */
    void settle(Collection<PendingDay> loading) {
        for (final PendingDay day : loading) {
            if (days.containsKey(day.day())) {
                failures.settled(day.day());
            }
        }
    }

    /** A day is loaded. */
    void remove(RowKey.Day day) {
        days.remove(day);
    }
}
