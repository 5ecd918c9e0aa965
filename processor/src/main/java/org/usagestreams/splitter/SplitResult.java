package org.usagestreams.splitter;

import java.time.LocalDate;
import java.util.Map;
import java.util.Set;

/**
 * What was read of an object.
 *
 * @param rowGroups row groups in the file
 * @param chunks chunks that were made
 * @param rows line items in the file
 * @param dropped line items that were left out, by reason
 * @param unreadableLabels label values that could not be read, and count as none
 * @param dates the usage dates of the line items that were kept
 */
public record SplitResult(
        int rowGroups,
        int chunks,
        long rows,
        Map<DropReason, Long> dropped,
        long unreadableLabels,
        Set<LocalDate> dates) {}
