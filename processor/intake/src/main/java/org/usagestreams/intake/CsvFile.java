package org.usagestreams.intake;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.usagestreams.wire.chunk.ColumnSpec;

/** A CSV file of a payload, read row by row into two {@link RowBuffer}s in turn. Not thread-safe. */
final class CsvFile {
    private final String name;
    private final CsvRows rows;
    private final CsvParser records;
    private RowBuffer buffer;
    private RowBuffer other;

    /**
     * A file whose names of columns are read, where it has any: an empty file has no rows.
     *
     * @param in is not closed
     * @throws RejectedPayloadException where they are those of no report
     */
    CsvFile(String name, InputStream in, PayloadLimits limits) throws IOException {
        this.name = name;
        rows = new CsvRows(limits);
        records = new CsvParser(in, rows, limits.lineBytes());
        advance();
        if (rows.header() != null) {
            recognised(rows.header().keySet()).ifPresent(known -> {
                buffer = new RowBuffer(known);
                other = new RowBuffer(known);
                records.repeatBeginning(rows.keep(known));
            });
        }
    }

    private Optional<PayloadReport> recognised(Set<String> header) throws RejectedPayloadException {
        if (PayloadReport.isOptimization(header)) {
            return Optional.empty();
        }
        final PayloadReport known = PayloadReport.of(header)
                .orElseThrow(() -> new RejectedPayloadException(
                        RejectionReason.UNKNOWN_REPORT,
                        name,
                        "the columns " + MemberNames.quoted(String.join(",", header)) + " do not belong to any known"
                                + " report"));
        final String missing = known.columns().stream()
                .filter(ColumnSpec::required)
                .map(ColumnSpec::name)
                .filter(column -> !header.contains(column))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new RejectedPayloadException(
                    RejectionReason.MISSING_COLUMN, name, "the report " + known + " lacks the columns " + missing);
        }
        return Optional.of(known);
    }

    /** Whether it is a file for resource optimisation, which is not read. */
    boolean isOptimization() {
        return rows.header() != null && buffer == null;
    }

    /** Whether it has no line but empty ones. */
    boolean isEmpty() {
        return rows.header() == null;
    }

    /**
     * Reads the next rows of a report.
     *
     * @return rows until the call after the next; empty at the end
     */
    RowBuffer next() throws IOException {
        final RowBuffer last = buffer;
        buffer = other;
        other = last;
        buffer.clear();
        rows.fill(buffer);
        while (!buffer.isFull() && advance()) {
            // The row is in the buffer.
        }
        return buffer;
    }

    private boolean advance() throws IOException {
        try {
            return records.next();
        } catch (IOException | RuntimeException e) {
            throw ArchiveFaults.of(e, name + ", line " + rows.line());
        }
    }
}
