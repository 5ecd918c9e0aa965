package org.usagestreams.summarizer;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectLedger;
import org.usagestreams.wire.message.ObjectState;

/**
 * Decides what is too old to be remembered, as of one moment. The splitter refuses a day earlier than the processor, so that rows which it
 * let through are not refused later.
 */
final class Retention {
    /** Longer than notifications are kept: nothing can come any more that is older than an object's last event. */
    private static final Duration LATE = Duration.ofDays(8);

    private static final String READMIT = "; scripts/readmit takes a day back";

    private final TopologySettings settings;
    private final LocalDate today;
    private final LocalDate oldest;
    private final long nowMillis;

    Retention(TopologySettings settings, long nowMillis) {
        this.settings = settings;
        this.nowMillis = nowMillis;
        today = Instant.ofEpochMilli(nowMillis).atOffset(ZoneOffset.UTC).toLocalDate();
        oldest = today.minusDays(settings.retentionDays() + 1L);
    }

    /** The moment, in milliseconds since 1970. */
    long nowMillis() {
        return nowMillis;
    }

    /** Whether a usage date has left the state. */
    boolean isBeyond(LocalDate date) {
        return date.isBefore(oldest);
    }

    /**
     * Why a usage date of a cluster is not kept; empty if it is kept. Cost management purges a month on the first of another,
     * so there is no day of grace: a row that came late would be in the table for good.
     */
    Optional<String> reason(LocalDate date, ClusterRetention cluster) {
        if (cluster.isPurged(date)) {
            return Optional.of("cost management has purged " + YearMonth.from(date));
        }
        final Integer months =
                settings.retentionMonths() > 0 ? Integer.valueOf(settings.retentionMonths()) : cluster.months();
        if (months != null && date.isBefore(ClusterRetention.firstKept(months, today))) {
            return Optional.of("cost management keeps " + months + " months, the current one included; "
                    + (settings.retentionMonths() > 0
                            ? "setting retention.months"
                            : "the organisation's data_retention_months")
                    + READMIT);
        }
        return isBeyond(date) ? Optional.of("setting retention.days" + READMIT) : Optional.empty();
    }

    /** Whether nothing that can still come has to do with what the object holds. */
    boolean isForgotten(ObjectState state) {
        return isPast(state.getVersion().getEventTimeMillis()) && areBeyond(state.getDatesList());
    }

    /** Whether nothing that can still come changes an entry of the object, but its removal. */
    boolean isForgotten(ObjectLedger ledger) {
        for (final LedgerEntry entry : ledger.getEntriesList()) {
            if (!isPast(entry.getVersion().getEventTimeMillis())
                    // Its objects may still be on their way.
                    || entry.getState().equals(UploadState.UNPACKED.name())
                    || !areBeyond(entry.getSplit().getDatesList())) {
                return false;
            }
        }
        return isPast(ledger.getGone().getEventTimeMillis());
    }

    private boolean isPast(long eventMillis) {
        return nowMillis - eventMillis > LATE.toMillis();
    }

    private boolean areBeyond(Collection<Integer> dates) {
        return dates.stream().allMatch(date -> isBeyond(LocalDate.ofEpochDay(date)));
    }
}
