package org.usagestreams.summarizer;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectLedger;
import org.usagestreams.wire.message.ObjectState;

/**
 * What is too old to be remembered, as of one moment. The splitter refuses a day sooner, so that what it let through is not
 * refused on the way.
 */
final class Retention {
    /** Longer than notifications are kept: nothing can come any more that is older than an object's last event. */
    private static final Duration LATE = Duration.ofDays(8);

    private final LocalDate oldest;
    private final long nowMillis;

    Retention(int days, long nowMillis) {
        this.nowMillis = nowMillis;
        oldest = Instant.ofEpochMilli(nowMillis)
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .minusDays(days + 1L);
    }

    /** The moment, in milliseconds since 1970. */
    long nowMillis() {
        return nowMillis;
    }

    /** Whether a usage date has left the state. */
    boolean isBeyond(LocalDate date) {
        return date.isBefore(oldest);
    }

    /** Whether nothing that can still come has to do with what the object holds. */
    boolean isForgotten(ObjectState state) {
        return isPast(state.getVersion().getEventTimeMillis()) && areBeyond(state.getDatesList());
    }

    /** Whether nothing that can still come changes an entry of the object, but its removal. */
    boolean isForgotten(ObjectLedger ledger) {
        for (final LedgerEntry entry : ledger.getEntriesList()) {
            if (!isPast(entry.getVersion().getEventTimeMillis())
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
