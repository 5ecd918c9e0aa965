package org.usagestreams.connectors.sink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/** Publishes days as the processor does, and remembers each revision. */
final class PublishedDays {
    private final TopicLog log;
    private final Map<RowKey.Day, NavigableMap<Long, Map<UUID, String>>> revisions = new HashMap<>();

    /** What of each day was published since this began, or began anew. */
    private final Map<RowKey.Day, Map<UUID, String>> published = new HashMap<>();

    PublishedDays(TopicLog log) {
        this.log = log;
    }

    static RowKey.Day day(String organisation, int source, int date) {
        return new RowKey.Day(organisation, String.format("00000000-0000-4000-8000-%012x", source), (int)
                LocalDate.of(2025, 11, date).toEpochDay());
    }

    /** A row's uuid, of version 5 as ours. */
    static UUID uuid(RowKey.Day day, int number) {
        final UUID any = UUID.nameUUIDFromBytes((day + "/" + number).getBytes(StandardCharsets.UTF_8));
        return new UUID((any.getMostSignificantBits() & ~0xf000L) | 0x5000L, any.getLeastSignificantBits());
    }

    /** All revisions of a day by their number, with what each row says. */
    NavigableMap<Long, Map<UUID, String>> revisions(RowKey.Day day) {
        return revisions.computeIfAbsent(day, d -> new TreeMap<>(Map.of(0L, Map.of())));
    }

    Iterable<RowKey.Day> days() {
        return revisions.keySet();
    }

    /** Knows nothing of what was published, as a processor with new topics. Revisions go on, so that a reader can order them. */
    void beginAnew() {
        published.clear();
    }

    /** Publishes a revision of a few rows that differ by chance. */
    void publish(TopicPartition partition, RowKey.Day day, Random random, long now) {
        final Map<UUID, String> rows = new HashMap<>();
        final int most = random.nextInt(6);
        for (int i = 0; i < most; i++) {
            rows.put(uuid(day, random.nextInt(8)), "ns-" + random.nextInt(4));
        }
        publish(partition, day, rows, now);
    }

    /** Publishes a revision: what changed, and the marker, in one transaction. */
    void publish(TopicPartition partition, RowKey.Day day, Map<UUID, String> rows, long now) {
        final NavigableMap<Long, Map<UUID, String>> all = revisions(day);
        final Map<UUID, String> before = published.getOrDefault(day, Map.of());
        final List<Map.Entry<String, String>> records = new ArrayList<>();
        rows.forEach((uuid, namespace) -> {
            if (!namespace.equals(before.get(uuid))) {
                records.add(record(key(day, uuid), value(day, uuid, namespace)));
            }
        });
        before.keySet().forEach(uuid -> {
            if (!rows.containsKey(uuid)) {
                records.add(record(key(day, uuid), null));
            }
        });
        final long revision = all.lastKey() + 1;
        all.put(revision, Map.copyOf(rows));
        published.put(day, Map.copyOf(rows));
        records.add(record(key(day, new UUID(0, 0)), marker(revision, rows.size())));
        log.append(partition, now, records);
    }

    private static Map.Entry<String, String> record(String key, String value) {
        return new java.util.AbstractMap.SimpleImmutableEntry<>(key, value);
    }

    static String key(RowKey.Day day, UUID uuid) {
        return "{\"organisation\":\"" + day.organisation() + "\",\"source_uuid\":\"" + day.source()
                + "\",\"usage_start\":" + day.epochDay() + ",\"uuid\":\"" + uuid + "\"}";
    }

    /** Its amount tells the row, too, so that a mixture is seen. */
    static String value(RowKey.Day day, UUID uuid, String namespace) {
        return "{\"uuid\":\"" + uuid + "\",\"report_period_id\":null,\"cluster_id\":\"c\",\"cluster_alias\":null,"
                + "\"data_source\":\"Pod\",\"usage_start\":" + day.epochDay() + ",\"usage_end\":" + day.epochDay()
                + ",\"namespace\":\"" + namespace + "\",\"node\":\"n\",\"pod_labels\":\"{\\\"app\\\": \\\"b\\\"}\","
                + "\"pod_usage_cpu_core_hours\":" + amount(uuid, namespace) + ",\"source_uuid\":\"" + day.source()
                + "\",\"cost_category_id\":null}";
    }

    static String amount(UUID uuid, String namespace) {
        return namespace.charAt(namespace.length() - 1) + "."
                + (ByteBuffer.allocate(8)
                                .putLong(uuid.getLeastSignificantBits())
                                .get(7)
                        & 0x7f) + "00000000000000".substring(1);
    }

    static String marker(long revision, int rows) {
        return "{\"usage_end\":0,\"epoch\":1,\"revision\":" + revision + ",\"row_count\":" + rows
                + ",\"rows_set_aside\":0,\"live_objects\":" + rows
                + ",\"changed_at\":\"2025-11-02T10:00:00.123Z\",\"pod_usage_complete_hours\":3}";
    }
}
