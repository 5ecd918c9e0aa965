package org.usagestreams.simulation.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.pipeline.Uploads.Upload;
import org.usagestreams.simulation.streams.SimulatedReports;
import org.usagestreams.simulation.streams.SummaryTable;
import org.usagestreams.simulation.streams.SummaryTable.Row;
import org.usagestreams.simulation.streams.TopicView;
import org.usagestreams.wire.ledger.LedgerRecord;
import org.usagestreams.wire.ledger.UploadState;

/**
 * When the ledger says {@code LOADED} of an object's current version, the table of the summary has its rows, and none of
 * another version of the object. A version that was counted before its last upload is not judged: what is told of it may be
 * out of date.
 */
final class LoadedInvariant {
    private final TopicView ledger;
    private final SummaryTable table;
    private final Uploads uploads;

    /** Watches from the beginning of the topic on. */
    LoadedInvariant(SimulatedBroker broker, String ledgerTopic, SummaryTable table, Uploads uploads) {
        ledger = new TopicView(broker, ledgerTopic, Map.of());
        this.table = table;
        this.uploads = uploads;
    }

    /**
     * Looks at what has come since the last look.
     *
     * @throws ViolationException if the invariant is broken
     */
    void look() {
        for (final LogRecord record : ledger.next(Integer.MAX_VALUE)) {
            if (SummaryWatch.isMove(record)) {
                continue;
            }
            LedgerRecord.parse(record.value())
                    .filter(entry -> entry.state() == UploadState.LOADED)
                    .ifPresent(this::judge);
        }
    }

    private void judge(LedgerRecord entry) {
        final Optional<Upload> current =
                uploads.current(SimulatedReports.objectOf(entry.version().getKey()));
        if (current.isEmpty()
                || !current.get().etag().equals(entry.version().getEtag())
                || entry.countedMillis() < current.get().at()) {
            return;
        }
        final int object = current.get().contents().object();
        final Set<String> shown = new TreeSet<>();
        for (final Row row : table.rows()) {
            if (row.source().equals(uploads.source(object))
                    && SimulatedReports.objectOfNamespace(row.namespace()).equals(Optional.of(object))) {
                shown.add(row.date() + " " + row.namespace());
            }
        }
        final Set<String> expected = new TreeSet<>();
        current.get()
                .contents()
                .dates()
                .forEach(date -> expected.add(SimulatedReports.date(date) + " "
                        + current.get().contents().namespace()));
        if (!shown.equals(expected)) {
            throw new ViolationException(
                    "LOADED is reported for " + entry.version().getKey() + " "
                            + current.get().contents() + ", and the table holds " + shown + " of the object");
        }
    }
}
