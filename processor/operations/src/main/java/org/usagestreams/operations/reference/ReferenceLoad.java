package org.usagestreams.operations.reference;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.usagestreams.reference.ReferenceChange;
import org.usagestreams.reference.ReferenceDifference;
import org.usagestreams.reference.ReferenceDifference.Mode;
import org.usagestreams.reference.ReferenceScope;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.reference.ReferenceState;
import org.usagestreams.reference.ReferenceTopics;
import org.usagestreams.wire.chunk.DayKey;

/** Loads reference data once, and reports every change. Removes nothing without confirmation. Used by one thread. */
public final class ReferenceLoad {
    private final ReferenceTopics topics;
    private final Supplier<Collection<DayKey>> knownDays;
    private final Consumer<String> out;
    private final Map<ReferenceScope, Long> counts = new HashMap<>();
    private Collection<DayKey> days;

    /** How to treat records that the topics have and a set does not name. */
    public enum Unnamed {
        /** It stays. */
        STAYS,
        /** It goes once someone has agreed. */
        GOES_IF_AGREED,
        /** It goes: the set is all that cost management has of its organisation. */
        GOES
    }

    /**
     * A load.
     *
     * @param knownDays the days that are published; asked for where a number of days is said
     * @param out takes lines for people
     */
    public ReferenceLoad(ReferenceTopics topics, Supplier<Collection<DayKey>> knownDays, Consumer<String> out) {
        this.topics = topics;
        this.knownDays = knownDays;
        this.out = out;
    }

    /**
     * What a load would change.
     *
     * @param days published days that it affects
     */
    public record Planned(ReferenceChange change, long days) {}

    /** What {@link #run} would change. Changes and says nothing. */
    public List<Planned> plan(Collection<ReferenceSet> sets, Unnamed unnamed) {
        return ReferenceDifference.between(topics.held(), sets, mode(unnamed)).stream()
                .map(change ->
                        new Planned(change, change.scope().map(this::count).orElse(0L)))
                .toList();
    }

    /** Says what {@link #run} would change, and changes nothing. */
    public void dryRun(Collection<ReferenceSet> sets, Unnamed unnamed) {
        final ReferenceState held = topics.held();
        final List<ReferenceChange> changes = ReferenceDifference.between(held, sets, mode(unnamed));
        changes.forEach(this::say);
        out.accept("would be " + counted(changes));
        sayWhatStays(held, sets, unnamed);
    }

    /**
     * Makes the topics hold the sets.
     *
     * @param sets at most one for each organisation; others are not touched
     * @param agreement whether so many records may go; asked where something would, and {@code unnamed} says so
     * @return false where there was no agreement, and nothing was changed
     */
    public boolean run(Collection<ReferenceSet> sets, Unnamed unnamed, IntPredicate agreement) {
        final ReferenceState held = topics.held();
        final List<ReferenceChange> changes = ReferenceDifference.between(held, sets, mode(unnamed));
        if (unnamed == Unnamed.GOES_IF_AGREED) {
            final List<ReferenceChange> removals =
                    changes.stream().filter(ReferenceChange::removes).toList();
            removals.forEach(this::say);
            if (!removals.isEmpty() && !agreement.test(removals.size())) {
                out.accept("nothing was changed");
                return false;
            }
        }
        topics.write(changes);
        out.accept(counted(changes));
        sayWhatStays(held, sets, unnamed);
        return true;
    }

    private static Mode mode(Unnamed unnamed) {
        return switch (unnamed) {
            case STAYS -> Mode.ADD;
            case GOES_IF_AGREED -> Mode.REPLACE;
            case GOES -> Mode.FOLLOW;
        };
    }

    private void sayWhatStays(ReferenceState held, Collection<ReferenceSet> sets, Unnamed unnamed) {
        if (unnamed != Unnamed.STAYS) {
            return;
        }
        final long stays = ReferenceDifference.between(held, sets, Mode.REPLACE).stream()
                .filter(ReferenceChange::removes)
                .count();
        if (stays > 0) {
            out.accept("The file does not name " + stays + " existing records. They stay; --replace removes them.");
        }
    }

    private void say(ReferenceChange change) {
        final String affected = change.scope()
                .map(scope -> scope.inWords() + ", " + count(scope) + " of them published")
                .orElse("no days");
        out.accept(change + "; affects " + affected);
    }

    private long count(ReferenceScope scope) {
        if (days == null) {
            days = knownDays.get();
        }
        return counts.computeIfAbsent(
                scope, any -> days.stream().filter(scope::includes).count());
    }

    private static String counted(Collection<ReferenceChange> changes) {
        final Map<ReferenceChange.Action, Integer> counted = new EnumMap<>(ReferenceChange.Action.class);
        changes.forEach(change -> counted.merge(change.action(), 1, Integer::sum));
        return counted.getOrDefault(ReferenceChange.Action.ADDED, 0) + " added, "
                + counted.getOrDefault(ReferenceChange.Action.CHANGED, 0) + " changed, "
                + counted.getOrDefault(ReferenceChange.Action.REMOVED, 0) + " removed";
    }
}
