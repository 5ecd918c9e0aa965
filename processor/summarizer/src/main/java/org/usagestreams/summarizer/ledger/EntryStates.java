package org.usagestreams.summarizer.ledger;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.ledger.LedgerRecord;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceStatus;

/**
 * The states of an object's entries: each follows from what is known of the entry, of the object's other entries, and of its
 * removal. Looks at the entries as they are when it is asked. Not thread-safe.
 */
final class EntryStates {
    static final Comparator<LedgerEntry> BY_EVENT = Comparator.comparing(LedgerEntry::getVersion, Versions.BY_EVENT);

    private final List<LedgerEntry.Builder> entries;
    private final ObjectVersion gone;
    private final long goneFound;

    /**
     * Those of an object.
     *
     * @param entries all of the object
     * @param gone the last removal of the object; null if there was none
     * @param goneFound when that was found, in milliseconds
     */
    EntryStates(List<LedgerEntry.Builder> entries, ObjectVersion gone, long goneFound) {
        this.entries = entries;
        this.gone = gone;
        this.goneFound = goneFound;
    }

    /** Where an entry stands now. */
    UploadState of(LedgerEntry.Builder entry) {
        if (entry.getRemoved()) {
            return UploadState.REMOVED;
        }
        if (isMissing(entry)) {
            return entry.hasSplit() ? UploadState.SPLIT : UploadState.RECEIVED;
        }
        if (isNewerDecided(entry, null)) {
            // What was past stays so, even where what came after it begins anew behind the removal.
            return isGoneAfter(entry) && !isNewerDecided(entry, gone) && !isSuperseded(entry)
                    ? UploadState.REMOVED
                    : UploadState.SUPERSEDED;
        }
        if (isGoneAfter(entry)) {
            return UploadState.REMOVED;
        }
        if (entry.getReplaced()) {
            return UploadState.SUPERSEDED;
        }
        if (failureOf(entry.build()).isPresent()) {
            return UploadState.FAILED;
        }
        if (entry.hasIgnored()) {
            return UploadState.IGNORED;
        }
        if (entry.hasUnpacked()) {
            return entry.hasObjectsSettled() || entry.getUnpacked().getObjectsCount() == 0
                    ? UploadState.LOADED
                    : UploadState.UNPACKED;
        }
        return entry.hasSplit() ? stateOfSplit(entry) : UploadState.RECEIVED;
    }

    /** Whether the version is the current one, and something else holds, or nobody has read it. */
    boolean isMissing(LedgerEntry.Builder entry) {
        return CurrentVersions.isMissing(entry, entries, gone, goneFound);
    }

    private static boolean isSuperseded(LedgerEntry.Builder entry) {
        return entry.getState().equals(UploadState.SUPERSEDED.name());
    }

    private UploadState stateOfSplit(LedgerEntry.Builder entry) {
        boolean counts = entry.getSplit().getDatesCount() == 0;
        for (final int date : entry.getSplit().getDatesList()) {
            final SliceStatus status = entry.getDaysOrDefault(date, SliceStatus.SLICE_STATUS_UNSPECIFIED);
            if (status == SliceStatus.SLICE_STATUS_UNSPECIFIED || status == SliceStatus.LEFT) {
                return UploadState.SPLIT;
            }
            counts |= status == SliceStatus.COUNTED;
        }
        if (!counts) {
            return UploadState.SUPERSEDED;
        }
        if (EntryDays.isAnythingElseCounted(entry) || isAnyOtherToLeave(entry)) {
            // Rows of what was there before stand on a date that this version does not have, or are to appear there: a
            // slice may be on its way to its day, or wait there for the next summary.
            return UploadState.SPLIT;
        }
        return wasCounted(entry) && entry.getLoadedMillis() > 0 ? UploadState.LOADED : UploadState.COUNTED;
    }

    private boolean isAnyOtherToLeave(LedgerEntry.Builder entry) {
        final Set<Integer> dates = new HashSet<>(entry.getSplit().getDatesList());
        return entries.stream()
                .anyMatch(other ->
                        other != entry && (EntryDays.isCounted(other) || EntryDays.mayCountBeside(other, dates)));
    }

    /** Whether the store has given out, or refused, a newer version; before the end, where one is given. */
    private boolean isNewerDecided(LedgerEntry.Builder entry, ObjectVersion end) {
        return entries.stream()
                .anyMatch(other -> other != entry
                        && CurrentVersions.isDecided(other)
                        && BY_EVENT.compare(other.build(), entry.build()) > 0
                        && (end == null || Versions.BY_TIME.compare(other.getVersion(), end) <= 0));
    }

    private boolean isGoneAfter(LedgerEntry.Builder entry) {
        return gone != null && Versions.BY_TIME.compare(gone, entry.getVersion()) >= 0;
    }

    private static Optional<Failed> failureOf(LedgerEntry entry) {
        if (entry.hasFailed()) {
            return Optional.of(entry.getFailed());
        }
        if (!entry.getObjectsSettled().getFailure().isEmpty()) {
            return Optional.of(Failed.newBuilder()
                    .setStep(DeadLetter.Step.PAYLOAD.name())
                    .setReason(entry.getObjectsSettled().getFailure())
                    .build());
        }
        return entry.getDaysMap().containsValue(SliceStatus.REJECTED)
                ? Optional.of(entry.getRejected())
                : Optional.empty();
    }

    /** Why an entry is in its state, for people; empty if there is nothing to say. */
    String reason(LedgerEntry.Builder entry, UploadState state) {
        return switch (state) {
            case FAILED -> failureOf(entry.build()).map(Failed::getReason).orElse("");
            case IGNORED -> entry.getIgnored().getReason();
            case RECEIVED -> entry.getAside();
            case UNPACKED, LOADED -> entry.getUnpacked().getNote();
            case SUPERSEDED -> {
                if (entry.getReplaced() || isNewerDecided(entry, null)) {
                    yield LedgerRecord.NEWER_VERSION;
                }
                if (entry.getDaysMap().containsValue(SliceStatus.HOURLY_OBJECTS)) {
                    yield "hourly objects";
                }
                yield entry.getDaysMap().containsValue(SliceStatus.OTHER_MANIFEST)
                        ? "a winning manifest"
                        : "newer objects have all of its line items";
            }
            default -> "";
        };
    }

    /** What failed, where the entry's state says that something did. */
    static Optional<Failed> failure(LedgerEntry entry) {
        return entry.getState().equals(UploadState.FAILED.name()) ? failureOf(entry) : Optional.empty();
    }

    /** Whether its rows were published when it was looked at last. */
    static boolean wasCounted(LedgerEntry.Builder entry) {
        return entry.getCountedMillis() > 0
                && (entry.getState().equals(UploadState.COUNTED.name())
                        || entry.getState().equals(UploadState.LOADED.name()));
    }
}
