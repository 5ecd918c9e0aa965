package org.usagestreams.simulation.pipeline;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.streams.SimulatedReports;
import org.usagestreams.simulation.streams.SummaryTable;
import org.usagestreams.simulation.streams.SummaryTable.Row;
import org.usagestreams.simulation.streams.TopicView;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Looks at the summary at each step: a version counts wholly or not at all, of an object one version on a date, and each pass over
 * a day ends with the day's marker.
 */
final class SummaryWatch {
    private final SimulatedBroker broker;
    private final String topic;
    private final TopicView view;
    private final SummaryTable table = new SummaryTable();
    private final Set<DayKey> unfinished = new HashSet<>();

    SummaryWatch(SimulatedBroker broker, String topic) {
        this.broker = broker;
        this.topic = topic;
        view = new TopicView(broker, topic, Map.of());
    }

    /**
     * Looks at what has come since the last look.
     *
     * @throws ViolationException if an invariant is broken
     */
    void look() {
        // What an expansion moves is written in one partition and deleted in another: the table stays as it is.
        final List<LogRecord> records = view.next(Integer.MAX_VALUE).stream()
                .filter(record -> !isMove(record))
                .toList();
        for (final LogRecord record : records) {
            final DayKey day = SummaryKey.dayOf(record.key());
            if (SummaryKey.isMarker(record.key())) {
                unfinished.remove(day);
            } else {
                unfinished.add(day);
            }
            final Row row = table.apply(record.key(), record.value());
            if (row != null
                    && record.value() != null
                    && SimulatedReports.objectOfNamespace(row.namespace()).isPresent()
                    && (row.coreHours() == null || row.coreHours() != SimulatedReports.LINE_ITEMS)) {
                throw new ViolationException(row.namespace() + " counts for " + row.coreHours() + " of "
                        + SimulatedReports.LINE_ITEMS + " core-hours on " + row.date());
            }
        }
        if (!records.isEmpty() && view.isSettled()) {
            if (!unfinished.isEmpty()) {
                throw new ViolationException("rows without a marker behind them: " + unfinished);
            }
            oneVersionOfEachObject();
        }
    }

    private void oneVersionOfEachObject() {
        final Map<String, Row> seen = new HashMap<>();
        for (final Row row : table.rows()) {
            final Optional<Integer> object = SimulatedReports.objectOfNamespace(row.namespace());
            if (object.isPresent()) {
                final Row other = seen.put(row.source() + "|" + row.date() + "|" + object.get(), row);
                if (other != null) {
                    throw new ViolationException(
                            "object " + object.get() + " counts twice on " + row.date() + ": " + other + ", " + row);
                }
            }
        }
    }

    /** Whether an expansion has moved the record: the row stays as it is. */
    static boolean isMove(LogRecord record) {
        return record.headers().stream().anyMatch(header -> header.key().equals(SummaryKey.MOVED_HEADER));
    }

    /** Rows of reports, as {@code source|date|namespace}. */
    List<String> rows() {
        return List.copyOf(table.reported().keySet());
    }

    @Override
    public String toString() {
        return topic + " of " + broker.partitions(topic) + " partitions";
    }
}
