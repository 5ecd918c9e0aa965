package org.usagestreams.simulation.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerView;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.wire.ledger.UploadState;

/** The table {@code upload_ledger} in memory, with the queries of {@code LedgerTable}. A sink applies the records. */
final class LedgerRows implements LedgerView {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Comparator<Entry> AGE =
            Comparator.comparing((Entry entry) -> entry.row().eventAt()).thenComparing(Entry::revision);

    private final Map<String, Entry> entries = new TreeMap<>();

    private record Entry(LedgerRow row, long revision, Set<LocalDate> dates) {}

    /** Applies a record of the ledger topic as the sink does: its key is the primary key, and null deletes the row. */
    void apply(LogRecord record) {
        final String primary = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            entries.remove(primary);
            return;
        }
        try {
            final JsonNode node = JSON.readTree(record.value());
            entries.put(primary, new Entry(row(node), node.path("revision").asLong(), dates(node)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LedgerRow row(JsonNode node) {
        return LedgerRow.of(
                        node.path("bucket").asText(),
                        node.path("object_key").asText(),
                        UploadState.valueOf(node.path("state").asText()))
                .version(node.path("etag").asText(), node.path("version_id").asText())
                .reason(text(node, "reason"))
                .failed(text(node, "failed_step"), text(node, "dead_letter"))
                .read(node.path("rows_read").isNumber() ? node.path("rows_read").asLong() : null, null, null)
                .times(time(node, "uploaded_at", Instant.EPOCH), time(node, "event_at", Instant.EPOCH))
                .removedAt(time(node, "removed_at", null))
                .build();
    }

    private static Set<LocalDate> dates(JsonNode node) throws IOException {
        final Set<LocalDate> dates = new TreeSet<>();
        if (node.path("usage_dates").isTextual()) {
            JSON.readTree(node.path("usage_dates").asText()).forEach(date -> dates.add(LocalDate.parse(date.asText())));
        }
        return dates;
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).asText() : null;
    }

    private static Instant time(JsonNode node, String field, Instant none) {
        return node.path(field).isTextual() ? Instant.parse(node.path(field).asText()) : none;
    }

    private Stream<LedgerRow> newest(String bucket) {
        final Map<String, Entry> newest = new TreeMap<>();
        entries.values().stream()
                .filter(entry -> entry.row().bucket().equals(bucket))
                .forEach(entry -> newest.merge(entry.row().key(), entry, (a, b) -> AGE.compare(a, b) < 0 ? b : a));
        return newest.values().stream().map(Entry::row);
    }

    /** Whether the newest version of the object is this one, and loaded. */
    boolean isLoaded(String bucket, String key, String etag) {
        return newest(bucket)
                .anyMatch(row -> row.key().equals(key) && row.etag().equals(etag) && row.state() == UploadState.LOADED);
    }

    @Override
    public long countObjects(String bucket, String prefix) {
        return newest(bucket)
                .filter(row -> row.key().startsWith(prefix) && row.state() != UploadState.REMOVED)
                .count();
    }

    @Override
    public Map<String, LedgerRow> newest(String bucket, Collection<String> keys) {
        final Map<String, LedgerRow> newest = new TreeMap<>();
        newest(bucket).filter(row -> keys.contains(row.key())).forEach(row -> newest.put(row.key(), row));
        return newest;
    }

    @Override
    public List<LedgerRow> newest(String bucket, String prefix, String after, int limit) {
        return newest(bucket)
                .filter(row -> row.key().startsWith(prefix) && row.key().compareTo(after) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public Map<String, Set<LocalDate>> dates(String bucket, Collection<String> keys) {
        final Set<UploadState> counting = Set.of(UploadState.SPLIT, UploadState.COUNTED, UploadState.LOADED);
        final Map<String, Set<LocalDate>> dates = new TreeMap<>();
        entries.values().stream()
                .filter(entry -> entry.row().bucket().equals(bucket)
                        && keys.contains(entry.row().key())
                        && counting.contains(entry.row().state())
                        && !entry.dates().isEmpty())
                .forEach(entry -> dates.computeIfAbsent(entry.row().key(), key -> new TreeSet<>())
                        .addAll(entry.dates()));
        return dates;
    }

    @Override
    public Set<String> holding(String bucket, Collection<String> keys, LocalDate from, LocalDate to) {
        return entries.values().stream()
                .filter(entry -> entry.row().bucket().equals(bucket)
                        && keys.contains(entry.row().key())
                        && entry.dates().stream().anyMatch(date -> !date.isBefore(from) && !date.isAfter(to)))
                .map(entry -> entry.row().key())
                .collect(Collectors.toSet());
    }
}
