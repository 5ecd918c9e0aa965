package org.usagestreams.intake;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
final class CsvRows implements CsvParser.Sink {
    private static final List<String> KUBERNETES_NAMES =
            List.of(Columns.NODE, Columns.NAMESPACE, Columns.POD, Columns.CLAIM, Columns.VOLUME, Columns.STORAGE_CLASS);

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final int mostColumns;
    private final List<String> names = new ArrayList<>();
    private Map<String, Integer> header;

    /** By place; null where the report does not keep it. */
    private Field[] fields = {};

    private RowBuffer rows;
    private int row;
    private int textBytes;
    private long line = 1;

    CsvRows(PayloadLimits limits) {
        mostColumns = limits.columns();
    }

    /** A column that is kept. */
    private static final class Field {
        private final ColumnSpec column;
        private final int index;
        private final TextPool pool;

        // Of the buffer that is filled now, by the column's kind:
        private long[] times;
        private double[] amounts;
        private RowBuffer.Texts texts;

        /** The time before, and its text: times repeat from row to row. */
        private final byte[] lastText = new byte[TimeText.LONGEST];

        private int lastLength = -1;
        private long lastTime;

        Field(ColumnSpec column, int index) {
            this.column = column;
            this.index = index;
            pool = switch (column.kind()) {
                case TIME, AMOUNT -> null;
                case NAME, LABELS ->
                    new TextPool(column.kind() == ColumnSpec.Kind.LABELS, KUBERNETES_NAMES.contains(column.name()));
            };
        }

        void fill(RowBuffer buffer) {
            times = buffer.times(index);
            amounts = buffer.amounts(index);
            texts = buffer.texts(index);
            if (pool != null) {
                texts.pool = pool.begin();
            }
        }

        long time(byte[] text, int offset, int length) {
            if (length != lastLength || !Arrays.equals(text, offset, offset + length, lastText, 0, length)) {
                if (length > lastText.length) {
                    lastLength = -1;
                    lastTime = TimeText.NONE;
                    return lastTime;
                }
                lastTime = TimeText.toMicros(new String(text, offset, length, StandardCharsets.ISO_8859_1));
                lastLength = length;
                System.arraycopy(text, offset, lastText, 0, length);
            }
            return lastTime;
        }

        void text(int row, byte[] text, int offset, int length) {
            if (length == 0) {
                texts.values[row] = null;
                return;
            }
            final int number = pool.number(text, offset, length);
            texts.numbers[row] = number;
            texts.values[row] = pool.value(number);
        }
    }

    /** The columns' names, in lower case, with their places; null before they are read. */
    Map<String, Integer> header() {
        return header;
    }

    /**
     * Keeps the columns of a report.
     *
     * @return how many of the file's first columns are times
     */
    int keep(PayloadReport report) {
        fields = new Field[header.size()];
        final List<ColumnSpec> columns = report.columns();
        for (int i = 0; i < columns.size(); i++) {
            final Integer place = header.get(columns.get(i).name());
            if (place != null) {
                fields[place] = new Field(columns.get(i), i);
            }
        }
        int times = 0;
        while (times < fields.length && fields[times] != null && fields[times].column.kind() == ColumnSpec.Kind.TIME) {
            times++;
        }
        return times;
    }

    /** The rows that follow go there; what its report does not keep is left out. Of all buffers, the report is the same. */
    void fill(RowBuffer buffer) {
        rows = buffer;
        row = buffer.rows();
        for (final Field field : fields) {
            if (field != null) {
                field.fill(buffer);
            }
        }
    }

    /** The line on which the row at hand begins; the first is 1. */
    long line() {
        return line;
    }

    @Override
    public void begin(long number) {
        line = number;
        textBytes = 0;
    }

    @Override
    public void repeated() {
        for (int i = 0; i < fields.length; i++) {
            final Field field = fields[i];
            if (field == null || field.times == null) {
                return;
            }
            field.times[row] = field.lastTime;
        }
    }

    @Override
    public void field(int place, byte[] text, int offset, int length) {
        if (header == null) {
            name(new String(text, offset, length, StandardCharsets.ISO_8859_1));
            return;
        }
        if (place >= fields.length) {
            throw refusal(
                    RejectionReason.COLUMN_COUNT,
                    "the row has more fields than the " + fields.length + " columns of the first line");
        }
        final Field field = fields[place];
        if (field == null) {
            return;
        }
        if (field.amounts != null) {
            field.amounts[row] = amount(field.column, text, offset, length);
        } else if (field.texts != null) {
            field.text(row, text, offset, length);
            textBytes += length;
        } else {
            field.times[row] = field.time(text, offset, length);
        }
    }

    private double amount(ColumnSpec column, byte[] text, int offset, int length) {
        try {
            return AmountText.parse(text, offset, length);
        } catch (NumberFormatException e) {
            throw refusal(
                    RejectionReason.NOT_A_NUMBER,
                    column.name() + " is "
                            + MemberNames.quoted(new String(text, offset, length, StandardCharsets.ISO_8859_1))
                            + ", which is no number");
        }
    }

    private void name(String name) {
        if (names.size() == mostColumns) {
            throw refusal(RejectionReason.TOO_MANY_COLUMNS, "the file has more than " + mostColumns + " columns");
        }
        final String plain = names.isEmpty() && name.startsWith(BYTE_ORDER_MARK) ? name.substring(3) : name;
        if (plain.indexOf('\0') >= 0 || plain.startsWith("\u00ff\u00fe") || plain.startsWith("\u00fe\u00ff")) {
            throw refusal(RejectionReason.NOT_UTF8, "the names of the columns are not UTF-8");
        }
        names.add(new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .strip()
                .toLowerCase(Locale.ROOT));
    }

    @Override
    public void end(int count) {
        if (header == null) {
            final Map<String, Integer> places = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                if (places.put(names.get(i), i) != null) {
                    throw refusal(
                            RejectionReason.BAD_HEADER,
                            "the column " + MemberNames.quoted(names.get(i)) + " is there twice");
                }
            }
            header = places;
        } else if (count != fields.length) {
            throw refusal(
                    RejectionReason.COLUMN_COUNT,
                    "the row has " + count + " fields, the first line names " + fields.length + " columns");
        } else {
            rows.endRow(textBytes);
            row++;
        }
    }

    @Override
    public UncheckedIOException refusal(RejectionReason reason, String message) {
        return new UncheckedIOException(new RejectedPayloadException(reason, null, message));
    }
}
