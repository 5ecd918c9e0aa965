package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.summarizer.ledger.ObjectEntries;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectLedger;

/**
 * Which objects leave the ledger's state before they are beyond retention: those of a source that has too many objects without rows,
 * which failed, are ignored or were removed. The oldest leave, and none within an hour. Each search of the state counts their entries
 * by source and age, and so says how old those are that leave in the next one. The ledger's topic and table keep them.
 *
 * <p>Not thread-safe: each task has its own.
 */
final class SourceEntries {
    /** Sources that are told apart in a search. Of further ones, objects leave with retention alone. */
    static final int MOST_SOURCES = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SourceEntries.class);

    private static final long HOUR = Duration.ofHours(1).toMillis();

    /** Ages by the power of two of their hours; the first one is of objects that are younger than an hour. */
    private static final int AGES = 20;

    private final int most;
    private Map<String, int[]> counting = new HashMap<>();
    private long began;

    /** By source, which leave. */
    private Map<String, Excess> leaving = Map.of();

    /** What a source has too much of. Times are of events, in milliseconds since 1970. */
    private static final class Excess {
        /** All that are older leave. */
        private final long all;

        /** Of those that are older than this, so many leave as well. */
        private final long some;

        private long left;

        private Excess(long all, long some, long left) {
            this.all = all;
            this.some = some;
            this.left = left;
        }

        private boolean takes(long eventMillis) {
            return eventMillis <= all || (eventMillis <= some && left-- > 0);
        }
    }

    /** @param most entries without rows of one source */
    SourceEntries(int most) {
        this.most = most;
    }

    /** A search begins. */
    void begin(long nowMillis) {
        counting = new HashMap<>();
        began = nowMillis;
    }

    /**
     * Whether an entry of an object leaves. Counts it where it stays.
     *
     * @param object all that is known of the object
     */
    boolean leaves(ObjectLedger object) {
        if (object.getEntriesCount() == 0 || !ObjectEntries.isWithoutRows(object)) {
            return false;
        }
        final LedgerEntry latest = object.getEntries(object.getEntriesCount() - 1);
        final String source = latest.getOrganisation() + "/" + latest.getSource();
        final long event = Math.max(
                latest.getVersion().getEventTimeMillis(), object.getGone().getEventTimeMillis());
        final Excess excess = leaving.get(source);
        if (excess != null && excess.takes(event)) {
            return true;
        }
        if (counting.size() < MOST_SOURCES || counting.containsKey(source)) {
            counting.computeIfAbsent(source, any -> new int[AGES])[age(began - event)]++;
        }
        return false;
    }

    private static int age(long millis) {
        return Math.min(AGES - 1, Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, millis) / HOUR));
    }

    /**
     * A search has seen all entries.
     *
     * @return how many sources have too many
     */
    int end() {
        final Map<String, Excess> next = new HashMap<>();
        counting.forEach((source, ages) -> excess(ages).ifPresent(excess -> {
            next.put(source, excess);
            LOG.warn(
                    "source {} has more than {} entries without rows in the ledger's state (setting ledger.source.entries):"
                            + " the oldest leave it",
                    source,
                    most);
        }));
        counting = new HashMap<>();
        leaving = next;
        return next.size();
    }

    private Optional<Excess> excess(int... ages) {
        // Further facts of what has just come may be on their way: it stays, and takes up the quota first.
        long entries = ages[0];
        for (int age = 1; age < AGES; age++) {
            entries += ages[age];
            if (entries > most) {
                final long youngest = began - (HOUR << (age - 1));
                return Optional.of(new Excess(began - (HOUR << age), youngest, Math.min(ages[age], entries - most)));
            }
        }
        return Optional.empty();
    }
}
