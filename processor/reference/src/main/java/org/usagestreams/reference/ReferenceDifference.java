package org.usagestreams.reference;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.usagestreams.rules.ReferenceData.Cluster;

/** Finds the changes that make existing reference data equal to a given set. */
public final class ReferenceDifference {
    private ReferenceDifference() {}

    /** How to treat existing data that a set does not name. */
    public enum Mode {
        /** All of it stays, report periods and the alias of a cluster that the set names included. */
        ADD,
        /** Of the kinds that the set names, its organisation's data goes. */
        REPLACE,
        /**
         * The same, where the set is what cost management has. That a cluster has gone is remembered: its days are summarised no
         * more, so that their rows stay as they are, or as cost management has removed them.
         */
        FOLLOW
    }

    /**
     * The changes, by set, kind and name. They concern only the organisations of the sets, and of these only the kinds that
     * their sets name.
     *
     * @param sets at most one for each organisation
     */
    public static List<ReferenceChange> between(ReferenceState held, Collection<ReferenceSet> sets, Mode mode) {
        final List<ReferenceChange> changes = new ArrayList<>();
        for (final ReferenceSet set : sets) {
            for (final ReferenceKind kind : ReferenceKind.values()) {
                ReferenceState.of(set, kind)
                        .ifPresent(named ->
                                add(changes, kind, set.organisation(), held.of(kind, set.organisation()), named, mode));
            }
        }
        return changes;
    }

    private static void add(
            List<ReferenceChange> changes,
            ReferenceKind kind,
            String organisation,
            SortedMap<String, byte[]> held,
            SortedMap<String, byte[]> named,
            Mode mode) {
        named.forEach((name, value) -> {
            final byte[] before = held.get(name);
            final byte[] after = kind == ReferenceKind.CLUSTER && before != null ? cluster(before, value, mode) : value;
            if (!Arrays.equals(before, after)) {
                changes.add(new ReferenceChange(kind, new ReferenceKey(organisation, name), before, after));
            }
        });
        if (mode == Mode.ADD) {
            return;
        }
        held.forEach((name, before) -> {
            final byte[] after = kind == ReferenceKind.CLUSTER && mode == Mode.FOLLOW ? removedCluster(before) : null;
            if (!named.containsKey(name) && !Arrays.equals(before, after)) {
                changes.add(new ReferenceChange(kind, new ReferenceKey(organisation, name), before, after));
            }
        });
    }

    /** A cluster that was removed, as it was last; null where it cannot be read. */
    private static byte[] removedCluster(byte[] before) {
        return ReferenceJson.readCluster(before)
                .map(cluster -> ReferenceJson.cluster(
                        cluster, ReferenceJson.readRetention(before).removed()))
                .orElse(null);
    }

    /**
     * A cluster in place of another. What is named holds. What was purged is remembered in either mode, and so is what the
     * cluster had where all of it stays.
     */
    private static byte[] cluster(byte[] before, byte[] named, Mode mode) {
        final Optional<Cluster> held = ReferenceJson.readCluster(before);
        final Cluster wanted = ReferenceJson.readCluster(named).orElseThrow();
        final ClusterRetention retention =
                ReferenceJson.readRetention(named).following(ReferenceJson.readRetention(before));
        return ReferenceJson.cluster(
                mode == Mode.ADD && held.isPresent() ? merged(held.get(), wanted) : wanted, retention);
    }

    private static Cluster merged(Cluster held, Cluster wanted) {
        final Map<YearMonth, Integer> periods = new HashMap<>(held.reportPeriods());
        periods.putAll(wanted.reportPeriods());
        return new Cluster(wanted.id(), wanted.alias() == null ? held.alias() : wanted.alias(), periods);
    }
}
