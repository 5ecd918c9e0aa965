package org.usagestreams.splitter;

import java.time.LocalDate;

/** An object with line items that are too old. */
final class BeyondRetentionException extends RejectedObjectException {
    private static final long serialVersionUID = 1L;

    BeyondRetentionException(LocalDate date, LocalDate oldest) {
        super("beyond retention: it has line items of " + date + ", and days before " + oldest
                + " are no longer remembered (setting retention.days; scripts/readmit takes a day back)");
    }
}
