package org.usagestreams.summarizer;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.rules.DayLimits;
import org.usagestreams.rules.DayOverBudgetException;
import org.usagestreams.rules.DayRows;
import org.usagestreams.rules.Spill;
import org.usagestreams.rules.SummaryRow;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.SliceEnd;

/**
 * Publishes the changes of a day's rows. For a day of many rows, only the digests of one group at a time are in memory: rows go to a {@link
 * Spill} by their uuids, and then each group is compared with the same group of published rows. Used by one stream thread.
 */
final class RowsPublisher {
    /**
     * More rows than these are made in turns, and their digests are not all in memory: a row takes about 20 µs, a digest 200
     * bytes.
     */
    static final int ROWS_AT_ONCE = 50_000;

    private final PublishedStore published;
    private final DayLimits limits;
    private final int rowBytes;
    private final Supplier<Spill> spills;
    private final DaySummarizer.Output output;
    private final Time time;
    private final RowJson json = new RowJson();

    /**
     * Publishes days.
     *
     * @param rowBytes a row whose record would be larger is set aside
     * @param spills room for the rows of a day of many
     */
    RowsPublisher(
            PublishedStore published,
            DayLimits limits,
            int rowBytes,
            Supplier<Spill> spills,
            DaySummarizer.Output output,
            Time time) {
        this.published = published;
        this.limits = limits;
        this.rowBytes = rowBytes;
        this.spills = spills;
        this.output = output;
        this.time = time;
    }

    /**
     * What was published.
     *
     * @param rows all of them now
     * @param setAside rows among them that PostgreSQL would refuse
     * @param changed rows that differ from what was published
     * @param removed rows that no longer exist
     * @param nanos time that it took, without that in which rows were derived
     */
    record Result(int rows, int setAside, int changed, int removed, long nanos) {
        private static final Result NONE = new Result(0, 0, 0, 0, 0);

        private Result plus(RowPublisher group) {
            return new Result(
                    rows + group.digests().size(),
                    setAside + group.setAside(),
                    changed + group.changed(),
                    removed + group.removed(),
                    nanos);
        }

        private Result plus(long more) {
            return new Result(rows, setAside, changed, removed, nanos + more);
        }

        /** Whether all rows are as they were. */
        boolean isSame() {
            return changed == 0 && removed == 0;
        }
    }

    /**
     * Begins to take the rows of a day.
     *
     * @param earlierRows how many rows were published
     * @param rows closed with what is returned
     * @throws DayOverBudgetException if there is no room for them
     */
    TakenRows take(int earlierRows, DayRows rows) {
        final boolean many = rows.isOfLargeDay() || Math.max(rows.size(), earlierRows) > ROWS_AT_ONCE;
        return new TakenRows(rows, many ? spills.get() : null);
    }

    /**
     * The rows of a day before any of them is published. The rows of a large day, or of a day with many rows, are taken in turns and kept
     * outside of memory. Other rows are made when they are published.
     */
    final class TakenRows implements AutoCloseable {
        private final DayRows rows;
        private final Spill spill;
        private final SpilledRows spilled;

        /** Time that it took to take the rows, without deriving them. */
        private long nanos;

        private TakenRows(DayRows rows, Spill spill) {
            this.rows = rows;
            this.spill = spill;
            spilled = spill == null ? null : new SpilledRows(spill, limits.spillBytes());
        }

        /**
         * Takes rows.
         *
         * @param enough whether to stop for now
         * @return whether all were taken, so that they can be published
         * @throws DayOverBudgetException if there is no room for them
         */
        boolean go(BooleanSupplier enough) {
            if (spilled == null) {
                return true;
            }
            if (!rows.emit(row -> pass(row, spilled::add), enough)) {
                return false;
            }
            final long start = time.nanoseconds();
            spilled.finish();
            // What rows were made from is not needed any more.
            rows.close();
            nanos += time.nanoseconds() - start;
            return true;
        }

        private void pass(SummaryRow row, SpilledRows.Visitor visitor) {
            final long start = time.nanoseconds();
            final byte[] value = json.value(row);
            visitor.row(row.uuid(), value, RowPublisher.violation(row, value, rowBytes));
            nanos += time.nanoseconds() - start;
        }

        /** The slices without a line item that counts. */
        List<SliceEnd> without() {
            return rows.without();
        }

        @Override
        public void close() {
            rows.close();
            if (spill != null) {
                spill.close();
            }
        }
    }

    /** Publishes a day, once all of its rows were taken. */
    Result publish(DayKey day, TakenRows taken) {
        final Result result = taken.spilled == null ? atOnce(day, taken) : inGroups(day, taken.spilled);
        return result.plus(taken.nanos);
    }

    private Result atOnce(DayKey day, TakenRows taken) {
        final Map<UUID, Long> earlier = published.load(day);
        final RowPublisher all = new RowPublisher(day, earlier, output);
        taken.rows.emit(row -> taken.pass(row, all::add), () -> false);
        final long start = time.nanoseconds();
        taken.rows.close();
        all.finish();
        published.save(day, earlier, all.digests());
        return Result.NONE.plus(all).plus(time.nanoseconds() - start);
    }

    private Result inGroups(DayKey day, SpilledRows spilled) {
        final long start = time.nanoseconds();
        Result result = Result.NONE;
        for (int group = 0; group < SpilledRows.GROUPS; group++) {
            final Map<UUID, Long> earlier = published.load(day, group, SpilledRows.GROUPS);
            final RowPublisher some = new RowPublisher(day, earlier, output);
            spilled.forEach(group, some::add);
            some.finish();
            published.save(day, earlier, some.digests());
            result = result.plus(some);
        }
        return result.plus(time.nanoseconds() - start);
    }
}
