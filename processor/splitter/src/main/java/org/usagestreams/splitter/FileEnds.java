package org.usagestreams.splitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.io.SeekableInputStream;

/**
 * The first and the last bytes of a file: they tell whether it is a Parquet file at all, before a length in it is believed.
 *
 * @param length of the file in bytes
 * @param limit of the footer's bytes
 */
record FileEnds(SeekableInputStream stream, long length, int limit) {
    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED = "PARE";

    /** The footer's length and the magic number that a file ends with. */
    private static final int TAIL_BYTES = 8;

    /** As much of the beginning as is looked at. */
    private static final int HEAD_BYTES = 256;

    /**
     * Refuses what does not end as a Parquet file, or whose footer cannot be read.
     *
     * @return the footer
     * @throws RejectedObjectException with what it looks like instead
     */
    ByteBuffer check() throws IOException, RejectedObjectException {
        if (length < MAGIC.length() + TAIL_BYTES) {
            throw none("it has " + length + " bytes");
        }
        stream.seek(length - TAIL_BYTES);
        final byte[] tail = new byte[TAIL_BYTES];
        stream.readFully(tail);
        final String magic = text(Arrays.copyOfRange(tail, Integer.BYTES, TAIL_BYTES));
        if (magic.equals(ENCRYPTED)) {
            throw rejection("its footer is encrypted: it ends with " + ENCRYPTED + ". Upload it without encryption");
        }
        if (!magic.equals(MAGIC)) {
            throw none(text(head()).startsWith(MAGIC) ? "it is cut off" : "it does not end with " + MAGIC);
        }
        final long footer = Integer.toUnsignedLong(
                ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt());
        if (footer > limit || footer > length - MAGIC.length() - TAIL_BYTES) {
            checkHead();
        }
        if (footer > limit) {
            throw rejection("its footer has " + footer + " bytes, over the limit of " + limit
                    + " (setting splitter.footer.bytes)");
        }
        if (footer > length - MAGIC.length() - TAIL_BYTES) {
            throw rejection("not readable as Parquet: its footer would have " + footer + " of " + length + " bytes");
        }
        final byte[] bytes = new byte[(int) footer];
        stream.seek(length - TAIL_BYTES - footer);
        stream.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** Refuses what does not begin as a Parquet file. Only a file that cannot be read is worth that look. */
    void checkHead() throws IOException, RejectedObjectException {
        if (!text(head()).startsWith(MAGIC)) {
            throw none("it does not begin with " + MAGIC);
        }
    }

    private RejectedObjectException none(String why) throws IOException {
        return rejection("not a Parquet file: " + why + looks(head()));
    }

    private static RejectedObjectException rejection(String message) {
        return new RejectedObjectException(message, ReportFile.FOOTER, null);
    }

    private byte[] head() throws IOException {
        final byte[] head = new byte[(int) Math.min(HEAD_BYTES, length)];
        if (head.length > 0) {
            stream.seek(0);
            stream.readFully(head);
        }
        return head;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** What the first bytes are those of, where that is plain. */
    private static String looks(byte[] head) {
        final String text = text(head);
        if (text.startsWith("\u001f\u008b")) {
            return ", and looks like gzip";
        }
        if (text.startsWith("PK\u0003\u0004")) {
            return ", and looks like a zip archive";
        }
        if (text.startsWith(MAGIC) || !isText(text)) {
            return "";
        }
        final String start = text.strip();
        if (start.startsWith("{") || start.startsWith("[")) {
            return ", and looks like JSON";
        }
        return start.lines().findFirst().orElse("").indexOf(',') > 0 ? ", and looks like CSV" : ", and looks like text";
    }

    private static boolean isText(String text) {
        return !text.isBlank() && text.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || Character.isWhitespace(c));
    }
}
