package org.usagestreams.simulation.streams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.streams.SimulatedBucket.Notification;
import org.usagestreams.simulation.streams.SimulatedBucket.Put;
import org.usagestreams.simulation.streams.SummaryTable.Row;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.ledger.LedgerRecord;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * Watches what the topology publishes. At each step: a version counts wholly or not at all, at most one version of an object on a date, and
 * a version that is counted in the ledger is visible in the summary. In the end: the summary is that of the bucket.
 */
final class StreamsInvariants {
    private final SimulatedBucket bucket;
    private final boolean strict;
    private final TopicView summary;
    private final TopicView ledger;
    private final SummaryTable table = new SummaryTable();
    private final Set<String> changed = new HashSet<>();
    private final Map<ObjectVersion, UploadState> states = new HashMap<>();
    private final Deque<Told> told = new ArrayDeque<>();

    /**
     * An entry that is counted.
     *
     * @param ends of the summary topic when it was told
     */
    private record Told(LedgerRecord entry, Map<TopicPartition, Long> ends) {}

    /**
     * Begins to watch.
     *
     * @param strict whether a version may be called counted only once nothing of an older one is left, or to come, on other
     *     dates; the ledger does not know of slices that no day has summarised yet, so that this does not always hold
     */
    StreamsInvariants(SimulatedBroker broker, TopicCatalog topics, SimulatedBucket bucket, boolean strict) {
        this.bucket = bucket;
        this.strict = strict;
        summary = new TopicView(broker, topics.name(TopicRole.SUMMARY), Map.of());
        ledger = new TopicView(broker, topics.name(TopicRole.LEDGER), Map.of());
    }

    /** Looks at what has come since the last look. */
    void look() {
        final List<LogRecord> entries = ledger.next(Integer.MAX_VALUE);
        for (final LogRecord record : summary.next(Integer.MAX_VALUE)) {
            final Row row = table.apply(record.key(), record.value());
            if (row != null) {
                changed.add(row.source() + "|" + row.date());
                if (record.value() != null
                        && SimulatedReports.objectOfNamespace(row.namespace()).isPresent()
                        && (row.coreHours() == null || row.coreHours() != SimulatedReports.LINE_ITEMS)) {
                    throw new ViolationException(row.namespace() + " counts for " + row.coreHours() + " of "
                            + SimulatedReports.LINE_ITEMS + " core-hours on " + row.date());
                }
            }
        }
        if (!changed.isEmpty() && summary.isSettled()) {
            onlyOneVersionOfEachObject();
            changed.clear();
        }
        entries.forEach(entry -> LedgerRecord.parse(entry.value()).ifPresent(this::entered));
        while (!told.isEmpty() && summary.hasRead(told.element().ends())) {
            isShown(told.remove().entry());
        }
    }

    private void onlyOneVersionOfEachObject() {
        final Map<String, Row> seen = new HashMap<>();
        for (final Row row : table.rows()) {
            final String day = row.source() + "|" + row.date();
            final Optional<Integer> object = SimulatedReports.objectOfNamespace(row.namespace());
            if (changed.contains(day) && object.isPresent()) {
                final Row other = seen.put(day + "|" + object.get(), row);
                if (other != null) {
                    throw new ViolationException(
                            "object " + object.get() + " counts twice on " + row.date() + ": " + other + ", " + row);
                }
            }
        }
    }

    private void entered(LedgerRecord entry) {
        states.put(entry.version(), entry.state());
        if (entry.state() != UploadState.COUNTED && entry.state() != UploadState.LOADED) {
            return;
        }
        // Rows may lie behind a transaction that a killed instance left open: who has read up to here sees them.
        told.add(new Told(entry, summary.ends()));
    }

    private void isShown(LedgerRecord entry) {
        final int object = SimulatedReports.objectOf(entry.version().getKey());
        final List<Notification> events = bucket.events(object);
        final Notification upload = events.stream()
                .filter(event -> event.eventMillis() == entry.version().getEventTimeMillis())
                .findFirst()
                .orElseThrow(() -> new ViolationException("an entry of no event: " + entry));
        final boolean latest = events.get(events.size() - 1).equals(upload);
        final Set<Integer> shown = new TreeSet<>();
        for (final Row row : table.rows()) {
            if (!SimulatedReports.objectOfNamespace(row.namespace()).equals(Optional.of(object))
                    || !row.source().equals(bucket.source(object))) {
                continue;
            }
            final long shownEvent = events.stream()
                    .filter(event -> event.contents() != null
                            && event.contents().namespace().equals(row.namespace()))
                    .mapToLong(Notification::eventMillis)
                    .max()
                    .orElse(0);
            if (strict && shownEvent < upload.eventMillis()) {
                throw new ViolationException(entry + " is told, and the summary still holds the older " + row);
            }
            shown.add((int) (row.date().toEpochDay() - SimulatedReports.FIRST_DATE.toEpochDay()));
        }
        if (latest && !shown.containsAll(upload.contents().dates())) {
            throw new ViolationException(entry + " is told, and the summary holds it on dates " + shown + " of "
                    + upload.contents().dates());
        }
    }

    /** What is missing for the summary to be that of the bucket; empty if nothing is. */
    String difference(boolean label) {
        final Map<String, String> expected = new TreeMap<>();
        final Set<String> days = new TreeSet<>();
        for (final Put put : bucket.objects().values()) {
            for (final int date : put.contents().dates()) {
                final String day = bucket.source(put.contents().object()) + "|" + SimulatedReports.date(date);
                days.add(day);
                expected.put(day + "|" + put.contents().namespace(), label ? "labelled" : "bare");
            }
        }
        final Map<String, String> found = new TreeMap<>();
        table.reported()
                .forEach((key, row) -> found.put(
                        key,
                        row.labels() != null && row.labels().contains(SimulatedReports.LABEL) ? "labelled" : "bare"));
        if (!expected.equals(found)) {
            return "the summary should be " + expected + "\n  and is " + found;
        }
        final Map<String, Integer> unallocated = table.unallocated();
        if (!unallocated.keySet().equals(days)) {
            return "unallocated rows should be on " + days + " and are on " + unallocated;
        }
        for (final Put put : bucket.objects().values()) {
            final Notification last = new Notification(put.contents().object(), put.contents(), put.eventMillis());
            final UploadState state = states.entrySet().stream()
                    .filter(entry -> entry.getKey().getEventTimeMillis() == last.eventMillis()
                            && entry.getKey()
                                    .getKey()
                                    .equals(bucket.version(last).getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
            if (state != UploadState.COUNTED && state != UploadState.LOADED) {
                return "the ledger says " + state + " of " + last;
            }
        }
        return "";
    }
}
