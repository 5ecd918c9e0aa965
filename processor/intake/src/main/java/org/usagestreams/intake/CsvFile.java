package org.usagestreams.intake;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.usagestreams.wire.chunk.ColumnSpec;

/** A CSV file of a payload, read row by row into two {@link RowBuffer}s in turn. Not thread-safe. */
final class CsvFile {
    /** What the parser wants to have room for beside a field. */
    private static final int READ_AHEAD = 16 << 10;

    private final String name;
    private final CsvRows rows;
    private final CloseableIterator<Boolean> records;
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
        // ISO 8859-1 makes a char of each byte: what is UTF-8 is decided where texts are made, once for each.
        records = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .skipEmptyLines(true)
                .maxBufferSize(bufferSize(limits.lineBytes()))
                .build(rows, new InputStreamReader(in, StandardCharsets.ISO_8859_1))
                .iterator();
        while (rows.header() == null && advance()) {
            // Empty lines before the names.
        }
        if (rows.header() != null) {
            recognised(rows.header().keySet()).ifPresent(known -> {
                buffer = new RowBuffer(known);
                other = new RowBuffer(known);
            });
        }
    }

    /** The parser doubles its buffer, and reads beyond the end of one whose limit is not met by doubling. */
    private static int bufferSize(int lineBytes) {
        return Integer.highestOneBit(lineBytes + READ_AHEAD - 1) << 1;
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
            if (!records.hasNext()) {
                return false;
            }
            records.next();
            return true;
        } catch (RuntimeException e) {
            throw ArchiveFaults.of(e, name + ", line " + rows.line());
        }
    }
}
