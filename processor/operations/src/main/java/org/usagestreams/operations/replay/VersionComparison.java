package org.usagestreams.operations.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/**
 * Compares what a new version has published beside the one that publishes with what that one has, as both are now, and as far as bounds
 * allow: for people who look, while {@link Replay#compare} waits until the new version has caught up. Thread-safe.
 */
public final class VersionComparison {
    /** Changed rows whose columns are compared. */
    private static final int COLUMNS_OF = 5_000;

    private static final int EXAMPLES = 3;

    private final ReplayTarget target;

    /** Compares in this system. */
    public VersionComparison(Settings settings, KafkaClients clients, Time time) {
        target = new ReplayTarget(settings, clients, time);
    }

    /**
     * What is not exceeded.
     *
     * @param records of one partition that are compared, those of both versions together
     * @param longest time for all
     */
    public record Bounds(long records, Duration longest) {}

    /**
     * A row, as far as people need it to find it.
     *
     * @param date in the form of ISO 8601
     * @param namespace empty for none, as the node
     */
    public record Row(String organisation, String source, String date, String namespace, String node) {}

    /** How a column of a row would change; both are JSON. */
    public record Example(Row row, String before, String after) {}

    /**
     * A column that differs.
     *
     * @param rows in which it does
     */
    public record Column(String name, long rows, List<Example> examples) {}

    /**
     * What was found in the partitions that were compared.
     *
     * @param partitions all that there are
     * @param compared those that were compared
     * @param rows of the new version
     * @param columnsOf changed rows whose columns were compared
     * @param addedRows some of those that are added, and of {@code removedRows} of those that are removed
     */
    public record Found(
            int partitions,
            int compared,
            long rows,
            long changed,
            long added,
            long removed,
            long columnsOf,
            List<Column> columns,
            List<Row> addedRows,
            List<Row> removedRows) {}

    /**
     * The applications that have published beside the one that publishes, and are not forgotten.
     *
     * @throws KafkaException where the broker does not answer
     */
    public List<String> versions() {
        final String summary = target.topic(TopicRole.SUMMARY) + ".";
        try (Admin admin = target.admin()) {
            final Set<String> topics = admin.listTopics().names().get();
            return topics.stream()
                    .filter(topic -> topic.startsWith(summary))
                    .map(topic -> topic.substring(summary.length()))
                    .filter(application -> topics.contains(shadow(application).name(TopicRole.SUMMARY_STATUS)))
                    .sorted()
                    .toList();
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot list topics: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private TopicCatalog shadow(String application) {
        return NewVersion.shadow(target.settings().topics(), application);
    }

    /**
     * Compares.
     *
     * @param application one of {@link #versions}
     * @param scope the days that are compared
     */
    public Found compare(String application, DayScope scope, Bounds bounds) {
        try (TopicReader reader = target.reader()) {
            final Meter meter = new Meter(target.time(), scope, bounds);
            return new Comparing(new RowDifference(
                            reader,
                            target.topic(TopicRole.SUMMARY),
                            shadow(application).name(TopicRole.SUMMARY),
                            target.keptDays(0)::contains,
                            meter))
                    .all(meter);
        }
    }

    /** Ends the work on a partition that has too many records, or all of it when the time is over. */
    private static final class Meter implements Predicate<String> {
        private final Time time;
        private final DayScope scope;
        private final long most;
        private final long end;
        private long left;

        Meter(Time time, DayScope scope, Bounds bounds) {
            this.time = time;
            this.scope = scope;
            most = bounds.records();
            end = time.nanoseconds() + bounds.longest().toNanos();
        }

        void next() {
            left = most;
        }

        boolean isOver() {
            return time.nanoseconds() - end >= 0;
        }

        @Override
        public boolean test(String key) {
            if (isOver()) {
                throw new TooMuchException();
            }
            if (!scope.contains(RowDifference.dayOf(key))) {
                return false;
            }
            if (--left < 0) {
                throw new TooMuchException();
            }
            return true;
        }
    }

    private static final class TooMuchException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Comparing {
        private final RowDifference difference;
        private final Map<String, Long> rowsOf = new TreeMap<>();
        private final Map<String, List<Example>> examplesOf = new TreeMap<>();
        private final List<Row> addedRows = new ArrayList<>();
        private final List<Row> removedRows = new ArrayList<>();
        private int compared;
        private long rows;
        private long changed;
        private long added;
        private long removed;
        private long columnsOf;

        Comparing(RowDifference difference) {
            this.difference = difference;
        }

        Found all(Meter meter) {
            final List<Integer> partitions = difference.partitions();
            for (final int partition : partitions) {
                compared += isCompared(partition, meter) ? 1 : 0;
            }
            final List<Column> columns = new ArrayList<>();
            rowsOf.forEach((name, count) -> columns.add(new Column(name, count, examplesOf.get(name))));
            return new Found(
                    partitions.size(),
                    compared,
                    rows,
                    changed,
                    added,
                    removed,
                    columnsOf,
                    columns,
                    addedRows,
                    removedRows);
        }

        /** Compares a partition; false where that is too much. */
        private boolean isCompared(int partition, Meter meter) {
            if (meter.isOver()) {
                return false;
            }
            meter.next();
            try {
                partition(partition, difference.sides(partition), meter);
                return true;
            } catch (TooMuchException e) {
                return false;
            }
        }

        private void partition(int partition, RowDifference.Sides sides, Meter meter) {
            final Set<String> more = new TreeSet<>();
            final Set<String> fewer = new TreeSet<>();
            final Set<String> other = new TreeSet<>();
            for (final String key : sides.differingRows()) {
                (!sides.then().containsKey(key) ? fewer : sides.now().containsKey(key) ? other : more).add(key);
            }
            final Set<String> changes = first(other, COLUMNS_OF - columnsOf);
            final Set<String> wanted = new HashSet<>(changes);
            wanted.addAll(first(fewer, EXAMPLES - removedRows.size()));
            meter.next();
            final Map<String, JsonNode> before = difference.before(partition, sides, wanted);
            wanted.clear();
            wanted.addAll(changes);
            wanted.addAll(first(more, EXAMPLES - addedRows.size()));
            meter.next();
            final Map<String, JsonNode> after = difference.after(partition, sides, wanted);
            // All of it was read: nothing is taken of a partition that was read in part.
            changes.forEach(key -> columns(key, before.get(key), after.get(key)));
            first(fewer, EXAMPLES - removedRows.size()).forEach(key -> removedRows.add(row(key, before.get(key))));
            first(more, EXAMPLES - addedRows.size()).forEach(key -> addedRows.add(row(key, after.get(key))));
            rows += sides.then().keySet().stream()
                    .filter(key -> !RowDifference.isMarker(key))
                    .count();
            changed += other.size();
            added += more.size();
            removed += fewer.size();
            columnsOf += changes.size();
        }

        private static Set<String> first(Set<String> keys, long most) {
            final Set<String> first = new TreeSet<>();
            keys.stream().limit(Math.max(0, most)).forEach(first::add);
            return first;
        }

        private void columns(String key, JsonNode before, JsonNode after) {
            final Set<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (final String name : names) {
                if (!before.path(name).equals(after.path(name))) {
                    rowsOf.merge(name, 1L, Long::sum);
                    final List<Example> examples = examplesOf.computeIfAbsent(name, column -> new ArrayList<>());
                    if (examples.size() < EXAMPLES) {
                        examples.add(new Example(
                                row(key, after),
                                before.path(name).toString(),
                                after.path(name).toString()));
                    }
                }
            }
        }

        private static Row row(String key, JsonNode value) {
            final var day = RowDifference.dayOf(key);
            return new Row(
                    day.organisation(),
                    day.source(),
                    day.date().toString(),
                    value.path("namespace").asText(""),
                    value.path("node").asText(""));
        }
    }
}
