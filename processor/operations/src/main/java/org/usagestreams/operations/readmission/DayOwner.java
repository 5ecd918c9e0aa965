package org.usagestreams.operations.readmission;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.wire.notification.ReportKey;

/** Finds the organisation of a day. Several organisations may have a cluster with the same UUID. */
final class DayOwner {
    private DayOwner() {}

    /**
     * The one organisation that the objects' keys name.
     *
     * @return empty where they name none
     * @throws IOException where they name several
     */
    static String only(List<LedgerRow> rows, UUID source) throws IOException {
        final Set<String> named = new TreeSet<>();
        rows.forEach(row -> organisation(row).ifPresent(named::add));
        if (named.size() > 1) {
            throw new IOException("Cannot choose the organisation: " + named + " all have source " + source
                    + ". Name one with --organisation.");
        }
        return named.isEmpty() ? "" : named.iterator().next();
    }

    /** Those objects whose keys name this organisation. */
    static List<LedgerRow> of(List<LedgerRow> rows, String organisation) {
        return rows.stream()
                .filter(row -> organisation(row).filter(organisation::equals).isPresent())
                .toList();
    }

    private static Optional<String> organisation(LedgerRow row) {
        return ReportKey.of(row.key()).map(ReportKey::organisation);
    }
}
