package org.usagestreams.reference;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.usagestreams.rules.ReferenceData.Cluster;

/**
 * One difference between the reference data that the topics hold and what they are to hold. Its text is one line.
 *
 * @param before the record's value, null where it is added
 * @param after the value that takes its place, null where it is removed
 */
public record ReferenceChange(ReferenceKind kind, ReferenceKey key, byte[] before, byte[] after) {
    /** Months that the text names of a kind; the others are counted. */
    private static final int PERIODS = 6;

    private static final String NONE = "none";

    /** What a change does to a record. */
    public enum Action {
        ADDED,
        CHANGED,
        REMOVED
    }

    /** The effect on the record. */
    public Action action() {
        if (before == null) {
            return Action.ADDED;
        }
        return after == null || isRemoval() ? Action.REMOVED : Action.CHANGED;
    }

    /** Whether a cluster is remembered as removed from now on. */
    private boolean isRemoval() {
        return kind == ReferenceKind.CLUSTER
                && retention(after).isRemoved()
                && !retention(before).isRemoved();
    }

    /** Whether something goes: the record itself, or the alias or a report period of a cluster. */
    public boolean removes() {
        if (action() != Action.CHANGED || kind != ReferenceKind.CLUSTER) {
            return action() == Action.REMOVED;
        }
        final Cluster old = cluster(before);
        final Cluster changed = cluster(after);
        return (old.alias() != null && changed.alias() == null)
                || !changed.reportPeriods()
                        .keySet()
                        .containsAll(old.reportPeriods().keySet());
    }

    /** The days that it may affect; empty where it can affect none. */
    public Optional<ReferenceScope> scope() {
        return ReferenceScope.of(kind, key, before, after);
    }

    /** The days that it may affect, in words. */
    public String daysInWords() {
        return scope().map(ReferenceScope::inWords).orElse("no days");
    }

    @Override
    public String toString() {
        final String details = details();
        return (key.organisation().isEmpty() ? "every organisation" : "organisation " + key.organisation()) + ": "
                + name() + " " + action().name().toLowerCase(Locale.ROOT)
                + (details.isEmpty() ? "" : ": " + details);
    }

    private String name() {
        final String name = key.name();
        return switch (kind) {
            case CLUSTER -> "cluster " + name;
            case ENABLED_KEY -> "enabled key " + name;
            case COST_CATEGORY -> "cost category " + name.replaceFirst("\\|", " of ");
            case TAG_MAPPING -> "tag mapping of " + name;
        };
    }

    private String details() {
        return switch (kind) {
            case CLUSTER -> action() == Action.REMOVED ? "" : clusterDetails();
            case ENABLED_KEY, COST_CATEGORY -> "";
            case TAG_MAPPING -> transition(parent(before), parent(after));
        };
    }

    private String clusterDetails() {
        final Cluster old = cluster(before);
        final Cluster changed = cluster(after);
        final List<String> details = new ArrayList<>();
        if (!changed.id().equals(old.id())) {
            details.add("cluster_id " + transition(before == null ? NONE : old.id(), changed.id()));
        }
        if (!Objects.equals(changed.alias(), old.alias())) {
            details.add("cluster_alias " + transition(text(old.alias()), text(changed.alias())));
        }
        final TreeSet<YearMonth> months = new TreeSet<>(old.differingMonths(changed));
        months.stream()
                .limit(PERIODS)
                .forEach(month -> details.add("report period of " + month + " "
                        + transition(
                                text(old.reportPeriods().get(month)),
                                text(changed.reportPeriods().get(month)))));
        if (months.size() > PERIODS) {
            details.add((months.size() - PERIODS) + " more report periods");
        }
        addRetention(details);
        return String.join(", ", details);
    }

    private void addRetention(List<String> details) {
        final ClusterRetention old = retention(before);
        final ClusterRetention changed = retention(after);
        if (!Objects.equals(old.months(), changed.months())) {
            details.add("months kept " + transition(text(old.months()), text(changed.months())));
        }
        addMonths(details, "partition of ", changed.partitions(), old.partitions());
        addMonths(details, "purged ", changed.purged(), old.purged());
        addMonths(details, "no longer purged ", old.purged(), changed.purged());
    }

    private static void addMonths(List<String> details, String what, Set<YearMonth> months, Set<YearMonth> but) {
        final TreeSet<YearMonth> left = new TreeSet<>(months);
        left.removeAll(but);
        left.stream().limit(PERIODS).forEach(month -> details.add(what + month));
        if (left.size() > PERIODS) {
            details.add(what + (left.size() - PERIODS) + " more months");
        }
    }

    private static ClusterRetention retention(byte[] value) {
        return value == null ? ClusterRetention.UNKNOWN : ReferenceJson.readRetention(value);
    }

    private static String transition(String old, String changed) {
        return NONE.equals(old) ? changed : old + " → " + changed;
    }

    private static String text(Object value) {
        return value == null ? NONE : value.toString();
    }

    private Cluster cluster(byte[] value) {
        return Optional.ofNullable(value)
                .flatMap(ReferenceJson::readCluster)
                .orElseGet(() -> Cluster.unknown(key.name()));
    }

    private static String parent(byte[] value) {
        return Optional.ofNullable(value).flatMap(ReferenceJson::readTagMapping).orElse(NONE);
    }
}
