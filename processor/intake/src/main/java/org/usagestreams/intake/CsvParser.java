package org.usagestreams.intake;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Parses CSV from bytes, as RFC 4180 describes it: fields have commas between them and may be in quotes, a line ends with CR, LF or
 * both, and empty lines are no records. Each field is passed on as a range of bytes, without an object for a field or a record. No
 * more than a line is in memory. Not thread-safe.
 *
 * <p>By hand, because libraries decode all bytes to characters first. Most texts repeat those of a line before, which shows in the bytes.
 * A test compares it with FastCSV.
 */
final class CsvParser {
    private static final byte COMMA = ',';
    private static final byte QUOTE = '"';
    private static final byte CR = '\r';
    private static final byte LF = '\n';

    /** What is read at once. */
    private static final int READ = 32 << 10;

    /** The greatest repeated beginning that is looked for. */
    private static final int LONGEST_BEGINNING = 512;

    private final InputStream in;
    private final Sink sink;
    private final int lineBytes;
    private byte[] buffer = new byte[2 * READ];

    /** Where the line at hand, and its field, begin. */
    private int lineBegin;

    private int fieldBegin;
    private int position;
    private int end;
    private boolean afterCr;
    private long line;
    private int lines = 1;

    private int beginningFields;
    private final byte[] beginning = new byte[LONGEST_BEGINNING];

    /** 0 where the last record had no beginning to repeat. */
    private int beginningLength;

    /**
     * A parser at the beginning of its input.
     *
     * @param in is not closed
     * @param lineBytes most bytes of a record, its end included
     */
    CsvParser(InputStream in, Sink sink, int lineBytes) {
        this.in = in;
        this.sink = sink;
        this.lineBytes = lineBytes;
    }

    /** Takes what is parsed. What it throws leaves the parser. */
    interface Sink {
        /**
         * A record begins here, where one follows.
         *
         * @param line the number of its first line; that of the first record is 1
         */
        void begin(long line);

        /**
         * A field of the record.
         *
         * @param index 0 for the first
         * @param text has the field until this returns
         */
        void field(int index, byte[] text, int offset, int length);

        /** The first fields of the record are those of the record before: see {@link #repeatBeginning}. */
        void repeated();

        /** The record ends after so many fields. */
        void end(int fields);

        /** What to throw where a record is refused. */
        RuntimeException refusal(RejectionReason reason, String message);
    }

    /**
     * From the next record on, recognises that the first fields have the same bytes as in the record before. {@link Sink#repeated} is
     * called for these instead of {@link Sink#field} for each.
     *
     * @param fields 0 for none
     */
    void repeatBeginning(int fields) {
        beginningFields = fields;
        beginningLength = 0;
    }

    /**
     * Parses the next record.
     *
     * @return false at the end of the input
     * @throws IOException what the input throws
     */
    boolean next() throws IOException {
        while (true) {
            line += lines;
            lines = 1;
            lineBegin = position;
            fieldBegin = position;
            sink.begin(line);
            if (position == end && !fill()) {
                return false;
            }
            if (afterCr) {
                afterCr = false;
                if (buffer[position] == LF) {
                    position++;
                    lineBegin = position;
                    fieldBegin = position;
                    if (position == end && !fill()) {
                        return false;
                    }
                }
            }
            final byte first = buffer[position];
            if (first != CR && first != LF) {
                record();
                return true;
            }
            position++;
            afterCr = first == CR;
        }
    }

    private void record() throws IOException {
        int fields = 0;
        boolean plain = true;
        if (beginningLength > 0
                && end - position >= beginningLength
                && Arrays.equals(buffer, position, position + beginningLength, beginning, 0, beginningLength)) {
            sink.repeated();
            position += beginningLength;
            fields = beginningFields;
            plain = false;
        }
        boolean more = true;
        while (more) {
            fieldBegin = position;
            if ((position < end || fill()) && buffer[position] == QUOTE) {
                plain = false;
                more = quoted(fields);
            } else {
                more = unquoted(fields);
            }
            fields++;
            if (fields == beginningFields) {
                beginning(plain && more);
            }
        }
        if (fields < beginningFields) {
            beginningLength = 0;
        }
        sink.end(fields);
    }

    /** Remembers how the line begins. */
    private void beginning(boolean plain) {
        final int length = position - lineBegin;
        beginningLength = plain && length <= LONGEST_BEGINNING ? length : 0;
        System.arraycopy(buffer, lineBegin, beginning, 0, beginningLength);
    }

    /** Whether another field follows. */
    private boolean unquoted(int index) throws IOException {
        int at = position;
        while (true) {
            final byte[] bytes = buffer;
            final int last = end;
            for (; at < last; at++) {
                final byte b = bytes[at];
                if (b == COMMA) {
                    position = at + 1;
                    field(index, fieldBegin, at - fieldBegin);
                    return true;
                }
                if (b <= CR && (b == LF || b == CR)) {
                    position = at + 1;
                    afterCr = b == CR;
                    field(index, fieldBegin, at - fieldBegin);
                    return false;
                }
            }
            position = at;
            if (!fill()) {
                field(index, fieldBegin, position - fieldBegin);
                return false;
            }
            at = position;
        }
    }

    /** Whether another field follows. */
    private boolean quoted(int index) throws IOException {
        position++;
        int quotes = 0;
        boolean cr = false;
        while (true) {
            if (position == end && !fill()) {
                checkLine();
                throw sink.refusal(
                        RejectionReason.BAD_QUOTES,
                        "Unclosed quoted field at end of input (record starting at line " + line + ")");
            }
            final byte b = buffer[position++];
            if (b == LF || b == CR) {
                lines += b == LF && cr ? 0 : 1;
            } else if (b == QUOTE) {
                // Another one stands for itself.
                if (position == end && !fill()) {
                    field(index, fieldBegin + 1, unescape(position - 1, quotes));
                    return false;
                }
                if (buffer[position] != QUOTE) {
                    break;
                }
                quotes++;
                position++;
            }
            cr = b == CR;
        }
        final int length = unescape(position - 1, quotes);
        final byte b = buffer[position++];
        if (b != COMMA && b != CR && b != LF) {
            throw sink.refusal(
                    RejectionReason.BAD_QUOTES,
                    String.format(
                            "Unexpected character after closing quote: 0x%x (record starting at line %d)",
                            b & 0xff, line));
        }
        afterCr = b == CR;
        field(index, fieldBegin + 1, length);
        return b == COMMA;
    }

    /** Takes the second of two quotes away, so many times, and returns the length that is left. */
    private int unescape(int fieldEnd, int quotes) {
        final int begin = fieldBegin + 1;
        if (quotes == 0) {
            return fieldEnd - begin;
        }
        int to = begin;
        for (int from = begin; from < fieldEnd; from++) {
            buffer[to++] = buffer[from];
            if (buffer[from] == QUOTE) {
                from++;
            }
        }
        return to - begin;
    }

    private void field(int index, int offset, int length) {
        checkLine();
        sink.field(index, buffer, offset, length);
    }

    private void checkLine() {
        if (position - lineBegin > lineBytes) {
            throw sink.refusal(
                    RejectionReason.LINE_TOO_LONG,
                    "the line has more than " + lineBytes + " bytes, or a quote in it never closes");
        }
    }

    /** False at the end of the input. What it reads is at {@link #position}, which may be another one than before. */
    private boolean fill() throws IOException {
        checkLine();
        if (lineBegin > 0) {
            System.arraycopy(buffer, lineBegin, buffer, 0, end - lineBegin);
            fieldBegin -= lineBegin;
            position -= lineBegin;
            end -= lineBegin;
            lineBegin = 0;
        }
        if (buffer.length - end < READ) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        final int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            return false;
        }
        end += read;
        return read > 0 || fill();
    }
}
