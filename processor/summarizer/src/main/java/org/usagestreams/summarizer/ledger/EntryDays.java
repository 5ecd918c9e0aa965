package org.usagestreams.summarizer.ledger;

import java.util.HashSet;
import java.util.Set;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.DaySliceStatus;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.LedgerEntryOrBuilder;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceStatus;

/** What days have reported about the slices of a ledger entry's version. */
final class EntryDays {
    /** Most dates of earlier events that an entry remembers: more than two objects of the most dates have. */
    static final int EARLIER = 2_500;

    private EntryDays() {}

    /** A day's word on a slice of the entry's event. */
    static void add(LedgerEntry.Builder entry, DaySliceStatus told) {
        final int date = told.getDate();
        final SliceStatus before = entry.getDaysOrDefault(date, SliceStatus.SLICE_STATUS_UNSPECIFIED);
        switch (told.getStatus()) {
            case FORGOTTEN -> {
                if (before == SliceStatus.SLICE_STATUS_UNSPECIFIED) {
                    entry.putDays(date, SliceStatus.FORGOTTEN);
                } else if (!entry.getForgottenList().contains(date)) {
                    // What was said of the slice last stays true of the rows, which stay in the table.
                    entry.addForgotten(date);
                }
            }
            case LEFT -> {
                if (entry.getSplit().getDatesList().contains(date) || !entry.hasSplit()) {
                    entry.putDays(date, SliceStatus.LEFT);
                } else {
                    entry.removeDays(date);
                }
            }
            default -> entry.putDays(date, told.getStatus());
        }
        if (told.getStatus() == SliceStatus.REJECTED) {
            entry.setRejected(told.getFailed());
        } else if (!entry.getDaysMap().containsValue(SliceStatus.REJECTED)) {
            entry.clearRejected();
        }
    }

    /** A day's word on a slice of an earlier event of the same contents. */
    static void addEarlier(LedgerEntry.Builder entry, ObjectVersion version, DaySliceStatus told) {
        final String id = Versions.versionId(version);
        if (told.getStatus() == SliceStatus.COUNTED) {
            putEarlier(entry, told.getDate(), id);
        } else if (id.equals(entry.getEarlierOrDefault(told.getDate(), ""))) {
            entry.removeEarlier(told.getDate());
        }
    }

    /** An entry is begun anew by a later event: the rows of the earlier one stand until their days say that they left. */
    static void carryOver(LedgerEntry.Builder earlier, LedgerEntry.Builder fresh) {
        fresh.putAllEarlier(earlier.getEarlierMap());
        final String id = Versions.versionId(earlier.getVersion());
        earlier.getDaysMap().forEach((date, status) -> {
            if (status == SliceStatus.COUNTED && !earlier.getForgottenList().contains(date)) {
                putEarlier(fresh, date, id);
            }
        });
    }

    private static void putEarlier(LedgerEntry.Builder entry, int date, String version) {
        if (entry.getEarlierCount() < EARLIER || entry.containsEarlier(date)) {
            entry.putEarlier(date, version);
        }
    }

    /** Whether a day that is remembered counts the version, or an earlier event of the same contents. */
    static boolean isCounted(LedgerEntryOrBuilder entry) {
        return isCounted(entry, Set.of());
    }

    /** Whether rows stand that the version no longer has: of an earlier event, or of dates that it had when it was split first. */
    static boolean isAnythingElseCounted(LedgerEntryOrBuilder entry) {
        return isCounted(entry, new HashSet<>(entry.getSplit().getDatesList()));
    }

    /**
     * Whether rows of the version stand, or may still appear, on another date than these: on each of its dates it has to
     * leave, even where no summary of the date has had it yet. Of a version that was refused nothing more is to come.
     */
    static boolean mayCountBeside(LedgerEntryOrBuilder entry, Set<Integer> dates) {
        if (!entry.hasSplit() || entry.hasFailed()) {
            return false;
        }
        final Set<Integer> forgotten = new HashSet<>(entry.getForgottenList());
        return entry.getSplit().getDatesList().stream().anyMatch(date -> {
            final SliceStatus status = entry.getDaysOrDefault(date, SliceStatus.SLICE_STATUS_UNSPECIFIED);
            return !dates.contains(date)
                    && status != SliceStatus.LEFT
                    && status != SliceStatus.FORGOTTEN
                    && !forgotten.contains(date);
        });
    }

    private static boolean isCounted(LedgerEntryOrBuilder entry, Set<Integer> passedOver) {
        if (entry.getEarlierCount() > 0) {
            return true;
        }
        final Set<Integer> forgotten = new HashSet<>(entry.getForgottenList());
        return entry.getDaysMap().entrySet().stream()
                .anyMatch(day -> day.getValue() == SliceStatus.COUNTED
                        && !forgotten.contains(day.getKey())
                        && !passedOver.contains(day.getKey()));
    }
}
