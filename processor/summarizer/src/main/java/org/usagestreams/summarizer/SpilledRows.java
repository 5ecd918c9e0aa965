package org.usagestreams.summarizer;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.usagestreams.rules.DayOverBudgetException;
import org.usagestreams.rules.Spill;

/**
 * Rows of a day with many rows, outside of memory: in groups by their uuids, so that one group after the other can be compared with its
 * published rows. Used by one stream thread.
 */
final class SpilledRows {
    /** Each group has the rows of some blocks of {@link PublishedStore}. */
    static final int GROUPS = 64;

    private static final int AT_ONCE = 32 << 10;
    private static final int NO_TEXT = -1;

    private final Spill spill;
    private final long most;
    private final ByteBuffer[] buffers = new ByteBuffer[GROUPS];
    private final List<List<Long>> places = new ArrayList<>();

    /** Takes rows. */
    interface Visitor {
        /**
         * Takes a row.
         *
         * @param violation why PostgreSQL would refuse it; null if it would not
         */
        void row(UUID uuid, byte[] value, String violation);
    }

    /**
     * No rows yet.
     *
     * @param most bytes that it may take
     */
    SpilledRows(Spill spill, long most) {
        this.spill = spill;
        this.most = most;
        for (int group = 0; group < GROUPS; group++) {
            buffers[group] = ByteBuffer.allocate(AT_ONCE);
            places.add(new ArrayList<>());
        }
    }

    private static int group(UUID uuid) {
        return PublishedStore.block(uuid) * GROUPS / PublishedStore.BLOCKS;
    }

    /**
     * Keeps a row.
     *
     * @throws DayOverBudgetException if there is no room for it
     */
    void add(UUID uuid, byte[] value, String violation) {
        final byte[] text = violation == null ? new byte[0] : violation.getBytes(StandardCharsets.UTF_8);
        final int group = group(uuid);
        final int length = 2 * Long.BYTES + 2 * Integer.BYTES + text.length + value.length;
        if (buffers[group].remaining() < length) {
            flush(group, length);
        }
        buffers[group]
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .putInt(violation == null ? NO_TEXT : text.length)
                .put(text)
                .putInt(value.length)
                .put(value);
    }

    private void flush(int group, int needed) {
        final ByteBuffer buffer = buffers[group];
        if (buffer.position() > 0) {
            final byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            try {
                places.get(group).add(spill.add(bytes));
            } catch (UncheckedIOException e) {
                throw DayOverBudgetException.ofSpill("there is no room for its rows: " + e.getMessage());
            }
            if (spill.size() > most) {
                throw DayOverBudgetException.ofSpill(
                        "its rows take more than " + most + " bytes on disk (setting summary.day.spill.bytes)");
            }
        }
        // A large row has a buffer of its own, for as long as it is there.
        buffers[group] = ByteBuffer.allocate(Math.max(AT_ONCE, needed));
    }

    /** All rows were added; none must be passed on before there is room for all. */
    void finish() {
        for (int group = 0; group < GROUPS; group++) {
            flush(group, 0);
            buffers[group] = null;
        }
    }

    /** Passes on the rows of a group, in the order in which they were added. */
    void forEach(int group, Visitor visitor) {
        for (final long place : places.get(group)) {
            final ByteBuffer rows = ByteBuffer.wrap(spill.get(place));
            while (rows.hasRemaining()) {
                final UUID uuid = new UUID(rows.getLong(), rows.getLong());
                final int text = rows.getInt();
                final String violation = text == NO_TEXT ? null : new String(bytes(rows, text), StandardCharsets.UTF_8);
                visitor.row(uuid, bytes(rows, rows.getInt()), violation);
            }
        }
    }

    private static byte[] bytes(ByteBuffer from, int length) {
        final byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
