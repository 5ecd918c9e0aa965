package org.usagestreams.operations.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Compares two compacted topics with the same keys in the same partitions: the current rows, and those of a new version.
 * Markers of days are not compared. Holds one partition at a time in memory, with a digest for each key.
 */
final class RowDifference {
    private static final XXHash64 DIGEST = XXHashFactory.fastestInstance().hash64();
    private static final JsonMapper JSON = new JsonMapper();

    /** Rows whose columns are compared; of further ones only the number is told. */
    private static final int COMPARED = 100_000;

    private static final int EXAMPLES = 5;

    private final TopicReader reader;
    private final String now;
    private final String then;
    private final Predicate<DayKey> kept;
    private final Predicate<String> taken;

    /**
     * Compares.
     *
     * @param now topic of what holds
     * @param then topic of what would hold
     * @param kept the days that count; what holds of others stays, though nothing would lead to it
     */
    RowDifference(TopicReader reader, String now, String then, Predicate<DayKey> kept) {
        this(reader, now, then, kept, key -> true);
    }

    /**
     * The same of some keys.
     *
     * @param taken hears the key of each record that is read, and says whether it is to be compared; what it throws ends the work
     */
    RowDifference(TopicReader reader, String now, String then, Predicate<DayKey> kept, Predicate<String> taken) {
        this.kept = kept;
        this.taken = taken;
        this.reader = reader;
        this.now = now;
        this.then = then;
    }

    /** A record by its value's digest. */
    record Entry(long digest, long offset) {}

    /**
     * What was found.
     *
     * @param columns in how many changed rows each column differs, as far as they were compared
     */
    record Result(long rows, long changed, long added, long removed, Map<String, Long> columns, List<String> examples) {
        boolean isSame() {
            return changed + added + removed == 0;
        }
    }

    /** Keys that differ. */
    Set<String> keys() {
        final Set<String> keys = new TreeSet<>();
        forEach((partition, sides) -> keys.addAll(sides.differingRows()));
        return keys;
    }

    /** Compares, but only these keys. */
    Result compare(Set<String> among) {
        final Map<String, Long> columns = new TreeMap<>();
        final List<String> examples = new ArrayList<>();
        final long[] counts = new long[4];
        forEach((partition, sides) -> {
            final Set<String> differing = sides.differingRows();
            differing.retainAll(among);
            counts[0] +=
                    sides.then().keySet().stream().filter(key -> !isMarker(key)).count();
            final Set<String> changed = new HashSet<>();
            for (final String key : differing) {
                if (!sides.then().containsKey(key)) {
                    counts[3]++;
                } else if (!sides.now().containsKey(key)) {
                    counts[2]++;
                } else {
                    counts[1]++;
                    if (changed.size() + counts[1] <= COMPARED) {
                        changed.add(key);
                    }
                }
            }
            final Map<String, JsonNode> before = before(partition, sides, changed);
            final Map<String, JsonNode> after = after(partition, sides, changed);
            for (final String key : changed) {
                final String said = columns(before.get(key), after.get(key), columns);
                if (examples.size() < EXAMPLES) {
                    examples.add(key + ": " + said);
                }
            }
        });
        return new Result(counts[0], counts[1], counts[2], counts[3], columns, examples);
    }

    /**
     * Tells what has to be written for what holds now to become what would: a null value where a key is to go. A day of which
     * nothing is left gets a marker that says so. The marker of each day comes behind its rows.
     */
    void write(Writer writer) {
        forEach((partition, sides) -> {
            final Set<String> differing = sides.differing();
            final Set<String> emptied = new HashSet<>();
            for (final String key : differing) {
                if (!sides.then().containsKey(key)) {
                    if (isMarker(key)) {
                        emptied.add(key);
                    } else {
                        writer.write(partition, key.getBytes(StandardCharsets.UTF_8), null);
                    }
                }
            }
            before(partition, sides, emptied)
                    .forEach((key, marker) ->
                            writer.write(partition, key.getBytes(StandardCharsets.UTF_8), emptied(marker)));
            if (!differing.isEmpty()) {
                reader.read(List.of(new TopicPartition(then, partition)), record -> {
                    final String key = new String(record.key(), StandardCharsets.UTF_8);
                    final Entry entry = sides.then().get(key);
                    if (entry != null && entry.offset() == record.offset() && differing.contains(key)) {
                        writer.write(partition, record.key(), record.value());
                    }
                });
            }
        });
    }

    static boolean isMarker(String key) {
        return SummaryKey.isMarker(key.getBytes(StandardCharsets.UTF_8));
    }

    /** The marker of the next revision of a day, in which it has no rows. */
    private static byte[] emptied(JsonNode marker) {
        final ObjectNode next = marker.deepCopy();
        next.put("revision", marker.path("revision").asLong() + 1);
        next.put("row_count", 0).put("rows_set_aside", 0).put("live_objects", 0);
        return next.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Takes records. */
    interface Writer {
        void write(int partition, byte[] key, byte[] value);
    }

    /** The keys of a partition, of what holds and of what would. */
    record Sides(Map<String, Entry> now, Map<String, Entry> then, Predicate<DayKey> kept) {
        Set<String> differingRows() {
            final Set<String> keys = differing();
            keys.removeIf(RowDifference::isMarker);
            return keys;
        }

        Set<String> differing() {
            final Set<String> keys = new HashSet<>();
            now.forEach((key, entry) -> {
                final Entry other = then.get(key);
                if (other == null || other.digest() != entry.digest()) {
                    keys.add(key);
                }
            });
            then.keySet().stream().filter(key -> !now.containsKey(key)).forEach(keys::add);
            keys.removeIf(key -> !kept.test(dayOf(key)));
            return keys;
        }
    }

    private void forEach(BiConsumer<Integer, Sides> each) {
        partitions().forEach(partition -> each.accept(partition, sides(partition)));
    }

    /** The partitions of what holds. */
    List<Integer> partitions() {
        return reader.partitions(now).stream().map(TopicPartition::partition).toList();
    }

    /** Reads the keys of a partition. */
    Sides sides(int partition) {
        return new Sides(
                entries(new TopicPartition(now, partition)), entries(new TopicPartition(then, partition)), kept);
    }

    /** What holds for these keys of a partition. */
    Map<String, JsonNode> before(int partition, Sides sides, Set<String> wanted) {
        return values(now, partition, sides.now(), wanted);
    }

    /** What would hold for these keys of a partition. */
    Map<String, JsonNode> after(int partition, Sides sides, Set<String> wanted) {
        return values(then, partition, sides.then(), wanted);
    }

    private Map<String, Entry> entries(TopicPartition partition) {
        final Map<String, Entry> entries = new HashMap<>();
        reader.read(List.of(partition), record -> {
            final String key = new String(record.key(), StandardCharsets.UTF_8);
            if (!taken.test(key)) {
                return;
            }
            if (record.value() == null) {
                entries.remove(key);
            } else {
                entries.put(key, new Entry(DIGEST.hash(record.value(), 0, record.value().length, 0), record.offset()));
            }
        });
        return entries;
    }

    /** The day that a key of the summary or the status topic is of. */
    static DayKey dayOf(String key) {
        try {
            final JsonNode json = JSON.readTree(key);
            final JsonNode date = json.has("usage_start") ? json.path("usage_start") : json.path("usage_date");
            return new DayKey(
                    json.path("organisation").asText(),
                    json.path("source_uuid").asText(),
                    LocalDate.ofEpochDay(date.asLong()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot parse the key of a row: " + key, e);
        }
    }

    private Map<String, JsonNode> values(String topic, int partition, Map<String, Entry> entries, Set<String> wanted) {
        final Map<String, JsonNode> values = new HashMap<>();
        if (wanted.isEmpty()) {
            return values;
        }
        reader.read(List.of(new TopicPartition(topic, partition)), record -> {
            final String key = new String(record.key(), StandardCharsets.UTF_8);
            final Entry entry = taken.test(key) ? entries.get(key) : null;
            if (wanted.contains(key) && entry != null && entry.offset() == record.offset()) {
                try {
                    values.put(key, JSON.readTree(record.value()));
                } catch (IOException e) {
                    throw new UncheckedIOException(topic + "-" + partition + "@" + record.offset(), e);
                }
            }
        });
        return values;
    }

    private static String columns(JsonNode before, JsonNode after, Map<String, Long> columns) {
        final Set<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        final List<String> said = new ArrayList<>();
        for (final Iterator<String> all = names.iterator(); all.hasNext(); ) {
            final String name = all.next();
            if (!before.path(name).equals(after.path(name))) {
                columns.merge(name, 1L, Long::sum);
                said.add(name + " " + before.path(name) + " → " + after.path(name));
            }
        }
        return String.join(", ", said);
    }
}
