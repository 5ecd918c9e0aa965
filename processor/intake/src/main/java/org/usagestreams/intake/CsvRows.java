package org.usagestreams.intake;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.time.TimeText;

/**
 * Takes a CSV file's fields as they are parsed, without an object for a row or a field. The first line are the columns' names; then
 * {@link #fill} says where rows go.
 */
final class CsvRows extends AbstractBaseCsvCallbackHandler<Boolean> {
    private static final List<String> KUBERNETES_NAMES =
            List.of(Columns.NODE, Columns.NAMESPACE, Columns.POD, Columns.CLAIM, Columns.VOLUME, Columns.STORAGE_CLASS);

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final PayloadLimits limits;
    private final List<String> names = new ArrayList<>();
    private Map<String, Integer> header;
    private final Map<RowBuffer, Field[]> fieldsOf = new HashMap<>();
    private final Map<Integer, TextPool> pools = new HashMap<>();
    private Field[] fields = {};
    private RowBuffer rows;
    private long line = 1;
    private long lineBytes;

    CsvRows(PayloadLimits limits) {
        this.limits = limits;
    }

    /** Where the values of a field go. */
    @FunctionalInterface
    private interface Field {
        void take(char[] text, int offset, int length);
    }

    /** The columns' names, in lower case, with their places; null before they are read. */
    Map<String, Integer> header() {
        return header;
    }

    /** The rows that follow go there; what its report does not keep is left out. Of all buffers, the report is the same. */
    void fill(RowBuffer buffer) {
        rows = buffer;
        fields = fieldsOf.computeIfAbsent(buffer, this::fields);
    }

    private Field[] fields(RowBuffer buffer) {
        final Field[] all = new Field[header.size()];
        final List<ColumnSpec> columns = buffer.report().columns();
        for (int i = 0; i < columns.size(); i++) {
            final Integer place = header.get(columns.get(i).name());
            if (place != null) {
                all[place] = field(columns.get(i), i);
            }
        }
        return all;
    }

    /** Of the buffer that is filled now. */
    private Field field(ColumnSpec column, int index) {
        return switch (column.kind()) {
            case TIME -> new TimeField(rows.times(index));
            case AMOUNT -> {
                final double[] values = rows.amounts(index);
                yield (text, offset, length) -> values[rows.rows()] = amount(column, text, offset, length);
            }
            case NAME, LABELS -> {
                final var values = rows.texts(index);
                final TextPool pool = pools.computeIfAbsent(
                        index,
                        any -> new TextPool(
                                column.kind() == ColumnSpec.Kind.LABELS, KUBERNETES_NAMES.contains(column.name())));
                yield (text, offset, length) -> values[rows.rows()] = pool.get(text, offset, length);
            }
        };
    }

    private double amount(ColumnSpec column, char[] text, int offset, int length) {
        try {
            return AmountText.parse(text, offset, length);
        } catch (NumberFormatException e) {
            throw rejected(
                    RejectionReason.NOT_A_NUMBER,
                    column.name() + " is " + MemberNames.quoted(new String(text, offset, length))
                            + ", which is no number");
        }
    }

    /** Times repeat from row to row. */
    private final class TimeField implements Field {
        private final long[] values;
        private final char[] last = new char[TimeText.LONGEST];
        private int lastLength = -1;
        private long lastValue;

        TimeField(long[] values) {
            this.values = values;
        }

        @Override
        public void take(char[] text, int offset, int length) {
            if (length != lastLength || !Arrays.equals(text, offset, offset + length, last, 0, length)) {
                if (length > last.length) {
                    values[rows.rows()] = TimeText.NONE;
                    return;
                }
                lastValue = TimeText.toMicros(new String(text, offset, length));
                lastLength = length;
                System.arraycopy(text, offset, last, 0, length);
            }
            values[rows.rows()] = lastValue;
        }
    }

    /** The line on which the row at hand begins; the first is 1. */
    long line() {
        return line;
    }

    @Override
    protected void handleBegin(long number) {
        line = number;
        lineBytes = 0;
    }

    @Override
    protected void handleField(int index, char[] text, int offset, int length, boolean quoted) {
        lineBytes += length + 1;
        if (lineBytes > limits.lineBytes()) {
            throw rejected(RejectionReason.LINE_TOO_LONG, "the line has more than " + limits.lineBytes() + " bytes");
        }
        if (header == null) {
            name(new String(text, offset, length));
        } else if (index >= fields.length) {
            throw rejected(
                    RejectionReason.COLUMN_COUNT,
                    "the row has more fields than the " + fields.length + " columns of the first line");
        } else if (fields[index] != null) {
            fields[index].take(text, offset, length);
        }
    }

    private void name(String name) {
        if (names.size() == limits.columns()) {
            throw rejected(RejectionReason.TOO_MANY_COLUMNS, "the file has more than " + limits.columns() + " columns");
        }
        final String plain = names.isEmpty() && name.startsWith(BYTE_ORDER_MARK) ? name.substring(3) : name;
        if (plain.indexOf('\0') >= 0 || plain.startsWith("\u00ff\u00fe") || plain.startsWith("\u00fe\u00ff")) {
            throw rejected(RejectionReason.NOT_UTF8, "the names of the columns are not UTF-8");
        }
        names.add(new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .strip()
                .toLowerCase(Locale.ROOT));
    }

    @Override
    protected Boolean buildRecord() {
        if (getRecordType() == RecordType.EMPTY) {
            return Boolean.TRUE;
        }
        if (header == null) {
            final Map<String, Integer> places = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                if (places.put(names.get(i), i) != null) {
                    throw rejected(
                            RejectionReason.BAD_HEADER,
                            "the column " + MemberNames.quoted(names.get(i)) + " is there twice");
                }
            }
            header = places;
        } else if (getFieldCount() != fields.length) {
            throw rejected(
                    RejectionReason.COLUMN_COUNT,
                    "the row has " + getFieldCount() + " fields, the first line names " + fields.length + " columns");
        } else {
            rows.endRow();
        }
        return Boolean.TRUE;
    }

    private UncheckedIOException rejected(RejectionReason reason, String message) {
        return new UncheckedIOException(new RejectedPayloadException(reason, null, message));
    }
}
