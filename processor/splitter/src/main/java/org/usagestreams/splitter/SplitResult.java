package org.usagestreams.splitter;

import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import org.usagestreams.wire.message.Split;

/**
 * The result of reading an object.
 *
 * @param rowGroups row groups in the file
 * @param chunks chunks that were made
 * @param rows line items in the file
 * @param dropped line items that were left out, by reason
 * @param unreadableLabels label values that could not be read, and count as none
 * @param dates the usage dates of the line items that were kept
 * @param leftOut further usage dates, beyond retention
 */
public record SplitResult(
        int rowGroups,
        int chunks,
        long rows,
        Map<DropReason, Long> dropped,
        long unreadableLabels,
        Set<LocalDate> dates,
        Set<LocalDate> leftOut) {
    /** As the ledger has it. */
    Split toFact() {
        final Split.Builder split = Split.newBuilder()
                .setRowGroups(rowGroups)
                .setChunks(chunks)
                .setRows(rows)
                .setUnreadableLabels(unreadableLabels);
        dropped.forEach((reason, count) -> {
            if (count > 0) {
                split.putDropped(reason.label(), count);
            }
        });
        dates.forEach(date -> split.addDates((int) date.toEpochDay()));
        leftOut.forEach(date -> split.addLeftOut((int) date.toEpochDay()));
        return split.build();
    }
}
