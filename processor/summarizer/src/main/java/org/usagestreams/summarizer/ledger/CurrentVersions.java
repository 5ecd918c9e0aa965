package org.usagestreams.summarizer.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.EventRecord;

/**
 * Finds versions that the store names as current and that do not hold, because what is newer by its event was found out
 * before: the clock of a node of the store was ahead, or a version that was removed had taken their place. Such a version is
 * asked for by an event of our own, which is newer than all others of the object; the splitter asks the store again before it
 * splits it. So the store decides, and a mistake here costs one request.
 *
 * <p>What is found depends on the facts alone: on their events, and on when the splitter found them out.
 */
final class CurrentVersions {
    private CurrentVersions() {}

    /** Takes note of when the store was last known to have, or not to have, the entry's version as the current one. */
    static void note(LedgerEntry.Builder entry, ObjectFact fact) {
        switch (fact.getFactCase()) {
            case SPLIT, UNPACKED, FAILED, IGNORED ->
                entry.setCurrentMillis(Math.max(entry.getCurrentMillis(), fact.getFoundMillis()))
                        .clearAside();
            case CURRENT ->
                entry.setCurrentMillis(Math.max(entry.getCurrentMillis(), fact.getFoundMillis()))
                        .setReplaced(false)
                        .setRemoved(false);
            case REPLACED -> entry.setCurrentMillis(0).clearAside();
            case RECEIVED -> entry.setAside(fact.getReceived().getAside());
            default -> {}
        }
    }

    /** Whether the splitter or the intake has said what the version holds. */
    static boolean isDecided(LedgerEntry.Builder entry) {
        return entry.hasSplit() || entry.hasUnpacked() || entry.hasFailed() || entry.hasIgnored();
    }

    /**
     * Whether the version is the current one, and something else holds, or nobody has read it.
     *
     * @param gone the last event after which the object was not there; null for none
     * @param goneFound when that was found out
     */
    static boolean isMissing(
            LedgerEntry.Builder entry, Collection<LedgerEntry.Builder> entries, ObjectVersion gone, long goneFound) {
        if (entry.getCurrentMillis() == 0 || entry.getRemoved() || entry.getReplaced()) {
            return false;
        }
        boolean outranked = false;
        if (gone != null && Versions.BY_TIME.compare(gone, entry.getVersion()) >= 0) {
            if (goneFound >= entry.getCurrentMillis()) {
                return false;
            }
            outranked = true;
        }
        for (final LedgerEntry.Builder other : entries) {
            if (other != entry
                    && isDecided(other)
                    && Versions.BY_EVENT.compare(other.getVersion(), entry.getVersion()) > 0) {
                if (other.getCurrentMillis() >= entry.getCurrentMillis()) {
                    return false;
                }
                outranked = true;
            }
        }
        return outranked || !isDecided(entry);
    }

    /**
     * Asks for a version that is missing, once for each time that something newer is known.
     *
     * @return empty where it was asked for before
     */
    static Optional<ObjectEntries.Asked> ask(
            LedgerEntry.Builder entry, Collection<LedgerEntry.Builder> entries, ObjectVersion gone) {
        long newest = gone == null ? 0 : gone.getEventTimeMillis();
        for (final LedgerEntry.Builder other : entries) {
            newest = Math.max(newest, other.getVersion().getEventTimeMillis());
        }
        // Of one event, what was said first stays so.
        final long time = newest + 1;
        if (entry.getAskedEventMillis() == time) {
            return Optional.empty();
        }
        entry.setAskedEventMillis(time);
        final ObjectVersion version = entry.getVersion();
        final BucketEvent event = new BucketEvent(
                BucketEvent.Kind.CREATED,
                version.getBucket(),
                version.getKey(),
                version.getEtag(),
                version.getVersionId(),
                "",
                Instant.ofEpochMilli(time),
                new EventMark(EventMark.Origin.CURRENT, Instant.ofEpochMilli(version.getUploadedMillis()), Set.of()));
        return Optional.of(new ObjectEntries.Asked(EventRecord.key(event), EventRecord.value(event)));
    }
}
