package org.usagestreams.summarizer.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectLedger;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ObjectsSettled;

/**
 * The ledger's entries of one object, one a version, and how facts change them. An entry is known by ETag and version id. A newer event of
 * the same contents begins it anew; of an older event, only the dates matter on which it still has rows.
 */
public final class ObjectEntries {
    /** Entries that are not settled are kept beyond the limit, up to this many times it; then the oldest leave. */
    private static final int UNSETTLED = 4;

    private final List<LedgerEntry.Builder> entries = new ArrayList<>();
    private ObjectVersion gone;
    private long goneFound;

    private ObjectEntries(ObjectLedger held) {
        held.getEntriesList().forEach(entry -> entries.add(entry.toBuilder()));
        gone = held.hasGone() ? held.getGone() : null;
        goneFound = held.getGoneFoundMillis();
    }

    /**
     * The effects of a fact.
     *
     * @param ledger what is to be kept
     * @param changed entries that readers of the ledger see change
     * @param settled keys of dead letters that no longer matter
     * @param asked records for the notification topic that ask for versions which the store has, and which do not hold
     */
    public record Change(ObjectLedger ledger, List<LedgerEntry> changed, List<String> settled, List<Asked> asked) {}

    /** A record of the notification topic. */
    public record Asked(byte[] key, byte[] value) {}

    /**
     * Applies a fact.
     *
     * @param held what is known of the object so far
     * @param limit most entries that are kept, four times as many where they are not settled; settled ones leave first,
     *     oldest first
     */
    public static Change apply(ObjectLedger held, ObjectFact fact, int limit) {
        final ObjectEntries entries = new ObjectEntries(held);
        entries.add(fact);
        final Change change = entries.evaluate(held, fact.getFoundMillis(), limit);
        // Who discarded a dead letter has removed it. If it was written anew meanwhile, it stays.
        change.settled().remove(fact.getDeadLetterDiscarded().getDeadLetter());
        return change;
    }

    /** Whether no version of the object has rows, or may get some by itself: it failed, is ignored, or was removed. */
    public static boolean isWithoutRows(ObjectLedger held) {
        return held.getEntriesList().stream().allMatch(ObjectEntries::isWithoutRows);
    }

    private static boolean isWithoutRows(LedgerEntry entry) {
        return !EntryDays.isCounted(entry)
                && !EntryDays.mayCountBeside(entry, Set.of())
                && UploadState.valueOf(entry.getState()).isSettled();
    }

    private void add(ObjectFact fact) {
        switch (fact.getFactCase()) {
            case RECEIVED, SPLIT, UNPACKED, FAILED, IGNORED, REPLACED ->
                entryOf(fact).ifPresent(entry -> {
                    decide(entry, fact);
                    CurrentVersions.note(entry, fact);
                });
            case CURRENT -> addCurrent(fact);
            case GONE -> addGone(fact);
            case SLICE_STATUS -> addStatus(fact);
            case LOADED ->
                sameEvent(fact)
                        .filter(entry ->
                                entry.getCountedMillis() == fact.getLoaded().getCountedMillis()
                                        && entry.getState().equals(UploadState.COUNTED.name()))
                        .ifPresent(entry -> entry.setLoadedMillis(fact.getFoundMillis()));
            case OBJECTS_SETTLED ->
                sameEvent(fact).filter(LedgerEntry.Builder::hasUnpacked).ifPresent(entry -> settle(entry, fact));
            case DEAD_LETTER_DISCARDED ->
                entries.forEach(
                        entry -> forget(entry, fact.getDeadLetterDiscarded().getDeadLetter()));
            default -> {}
        }
    }

    /** It is told again until the table has it: when a payload was loaded stays as it was told first. */
    private static void settle(LedgerEntry.Builder entry, ObjectFact fact) {
        final ObjectsSettled settled = fact.getObjectsSettled();
        if (!settled.equals(entry.getObjectsSettled()) || entry.getLoadedMillis() == 0) {
            entry.setLoadedMillis(settled.getFailure().isEmpty() ? fact.getFoundMillis() : 0);
        }
        entry.setObjectsSettled(settled);
    }

    /** The failure stays, without the dead letter, which no longer exists. */
    private static void forget(LedgerEntry.Builder entry, String deadLetter) {
        if (entry.getFailed().getDeadLetter().equals(deadLetter)) {
            entry.getFailedBuilder().clearDeadLetter();
        }
        if (entry.getRejected().getDeadLetter().equals(deadLetter)) {
            entry.getRejectedBuilder().clearDeadLetter();
        }
    }

    /** The entry that the splitter or the intake speaks of, new or begun anew where need be; empty if it has a newer event. */
    private Optional<LedgerEntry.Builder> entryOf(ObjectFact fact) {
        final Optional<LedgerEntry.Builder> known = find(fact.getVersion());
        if (known.isPresent()) {
            final int order =
                    Versions.BY_TIME.compare(fact.getVersion(), known.get().getVersion());
            if (order == 0) {
                return known;
            }
            if (order < 0) {
                return Optional.empty();
            }
        }
        final LedgerEntry.Builder fresh = LedgerEntry.newBuilder()
                .setVersion(fact.getVersion())
                .setOrganisation(fact.getOrganisation())
                .setSource(fact.getSource())
                .setReport(fact.getReport())
                .setNotifiedMillis(fact.getNotifiedMillis());
        if (known.isPresent()) {
            fresh.setRevision(known.get().getRevision());
            EntryDays.carryOver(known.get(), fresh);
            entries.removeIf(entry -> isSame(entry.getVersion(), fact.getVersion()));
        }
        entries.add(fresh);
        return Optional.of(fresh);
    }

    private static void decide(LedgerEntry.Builder entry, ObjectFact fact) {
        switch (fact.getFactCase()) {
            case SPLIT -> {
                if (!entry.hasSplit()
                        || !entry.getSplit()
                                .getDatesList()
                                .equals(fact.getSplit().getDatesList())) {
                    // The store knows more of the version than the event did. Split again, it may have other dates.
                    entry.setVersion(fact.getVersion())
                            .setSplit(fact.getSplit())
                            .setSplitMillis(fact.getFoundMillis())
                            .clearFailed();
                }
            }
            case RECEIVED -> {
                // Of a payload, it is known once its manifest was read.
                if (!fact.getSource().isEmpty()) {
                    entry.setSource(fact.getSource());
                }
            }
            case UNPACKED -> {
                // Unpacked again, it became the same: what is known of its objects holds.
                if (!fact.getUnpacked().equals(entry.getUnpacked())) {
                    entry.clearObjectsSettled().clearLoadedMillis();
                }
                entry.setVersion(fact.getVersion())
                        .setSource(fact.getSource())
                        .setUnpacked(fact.getUnpacked())
                        .clearFailed();
            }
            case FAILED -> entry.setFailed(fact.getFailed()).clearUnpacked().clearObjectsSettled();
            case IGNORED -> entry.setIgnored(fact.getIgnored());
            case REPLACED -> entry.setReplaced(true);
            default -> {}
        }
    }

    /** A version that is not known here is only asked for where its own notification may not come. */
    private void addCurrent(ObjectFact fact) {
        final Optional<LedgerEntry.Builder> known = find(fact.getVersion());
        if (known.isEmpty() && fact.getCurrent().getReadUnknown()) {
            entryOf(fact).ifPresent(entry -> CurrentVersions.note(entry, fact));
        } else {
            // What is not decided yet is on its way.
            known.filter(CurrentVersions::isDecided).ifPresent(entry -> CurrentVersions.note(entry, fact));
        }
    }

    /** What a day says of a slice: of the entry's event, or of an earlier event of the same contents. */
    private void addStatus(ObjectFact fact) {
        find(fact.getVersion()).ifPresent(entry -> {
            final int order = Versions.BY_TIME.compare(fact.getVersion(), entry.getVersion());
            if (order == 0) {
                EntryDays.add(entry, fact.getSliceStatus());
            } else if (order < 0) {
                EntryDays.addEarlier(entry, fact.getVersion(), fact.getSliceStatus());
            }
        });
    }

    private void addGone(ObjectFact fact) {
        final ObjectVersion version = fact.getVersion();
        if (fact.getGone().getVersionOnly()) {
            entries.stream()
                    .filter(entry -> entry.getVersion().getVersionId().equals(version.getVersionId())
                            && Versions.BY_TIME.compare(entry.getVersion(), version) <= 0)
                    .forEach(entry -> entry.setRemoved(true).setRemovedMillis(version.getEventTimeMillis()));
            return;
        }
        if (gone == null || Versions.BY_TIME.compare(version, gone) > 0) {
            gone = version;
            goneFound = fact.getFoundMillis();
        }
        // Where its creation was never heard of, the removal has an entry of its own, so that it is known when it was.
        if (version.getEtag().isEmpty() ? entries.isEmpty() : find(version).isEmpty()) {
            entryOf(fact);
        }
    }

    private Optional<LedgerEntry.Builder> find(ObjectVersion version) {
        return entries.stream()
                .filter(entry -> isSame(entry.getVersion(), version))
                .findFirst();
    }

    private Optional<LedgerEntry.Builder> sameEvent(ObjectFact fact) {
        return find(fact.getVersion())
                .filter(entry -> Versions.BY_TIME.compare(entry.getVersion(), fact.getVersion()) == 0);
    }

    private static boolean isSame(ObjectVersion a, ObjectVersion b) {
        return a.getEtag().equals(b.getEtag()) && a.getVersionId().equals(b.getVersionId());
    }

    private Change evaluate(ObjectLedger held, long now, int limit) {
        final Map<String, LedgerEntry> before = new HashMap<>();
        held.getEntriesList().forEach(entry -> before.put(identity(entry), entry));
        final List<LedgerEntry> changed = new ArrayList<>();
        final List<LedgerEntry> all = new ArrayList<>();
        final List<Asked> asked = new ArrayList<>();
        final EntryStates states = new EntryStates(entries, gone, goneFound);
        for (final LedgerEntry.Builder entry : entries) {
            final UploadState state = states.of(entry);
            if (states.isMissing(entry)) {
                CurrentVersions.ask(entry, entries, gone).ifPresent(asked::add);
            }
            if (state == UploadState.COUNTED && !EntryStates.wasCounted(entry)) {
                entry.setCountedMillis(now).setLoadedMillis(0);
            }
            entry.setState(state.name()).setReason(states.reason(entry, state));
            if (!entry.getRemoved()) {
                entry.setRemovedMillis(state == UploadState.REMOVED ? gone.getEventTimeMillis() : 0);
            }
            final LedgerEntry earlier = before.get(identity(entry.build()));
            if (earlier == null || !looksTheSame(earlier, entry)) {
                entry.setRevision(entry.getRevision() + 1);
                changed.add(entry.build());
            }
            all.add(entry.build());
        }
        final ObjectLedger.Builder ledger = ObjectLedger.newBuilder().addAllEntries(kept(all, limit));
        if (gone != null) {
            ledger.setGone(gone).setGoneFoundMillis(goneFound);
        }
        return new Change(ledger.build(), changed, settled(before, all), asked);
    }

    private static boolean looksTheSame(LedgerEntry earlier, LedgerEntry.Builder entry) {
        return Arrays.equals(
                LedgerJson.value(earlier),
                LedgerJson.value(
                        entry.clone().setRevision(earlier.getRevision()).build()));
    }

    /** Letters of failures that no longer hold. */
    private static List<String> settled(Map<String, LedgerEntry> before, List<LedgerEntry> after) {
        final List<String> settled = new ArrayList<>();
        final Map<String, String> open = new HashMap<>();
        after.forEach(entry -> open.put(identity(entry), openLetter(entry)));
        before.forEach((identity, entry) -> {
            final String deadLetter = openLetter(entry);
            if (deadLetter != null && !Objects.equals(deadLetter, open.get(identity))) {
                settled.add(deadLetter);
            }
        });
        return settled;
    }

    private static String openLetter(LedgerEntry entry) {
        return EntryStates.failure(entry)
                .map(Failed::getDeadLetter)
                .filter(letter -> !letter.isEmpty())
                .orElse(null);
    }

    private static List<LedgerEntry> kept(List<LedgerEntry> all, int limit) {
        final List<LedgerEntry> kept = new ArrayList<>(all);
        kept.sort(EntryStates.BY_EVENT);
        while (kept.size() > limit) {
            final Optional<LedgerEntry> oldest = kept.stream()
                    .limit(kept.size() - 1L)
                    .filter(ObjectEntries::isWithoutRows)
                    .findFirst();
            if (oldest.isEmpty()) {
                break;
            }
            kept.remove(oldest.get());
        }
        return kept.size() <= limit * UNSETTLED ? kept : kept.subList(kept.size() - limit * UNSETTLED, kept.size());
    }

    private static String identity(LedgerEntry entry) {
        return entry.getVersion().getEtag() + "\n" + entry.getVersion().getVersionId();
    }
}
