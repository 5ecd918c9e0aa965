package org.usagestreams.reference;

import java.time.YearMonth;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.wire.chunk.DayKey;

/**
 * Which days a change of reference data may affect.
 *
 * @param organisation the days of this organisation; empty for all
 * @param source the days of this source; null for all
 * @param months the days of these months; null for all
 */
public record ReferenceScope(String organisation, String source, Set<YearMonth> months) {
    /** All days. */
    public static final ReferenceScope ALL = new ReferenceScope("", null, null);

    /**
     * The days that a change of a record may affect.
     *
     * @param before the record's value, null where it had none
     * @param after the value that takes its place, null for none
     * @return empty where the change can affect no day
     */
    public static Optional<ReferenceScope> of(ReferenceKind kind, ReferenceKey key, byte[] before, byte[] after) {
        if (kind != ReferenceKind.CLUSTER) {
            return Optional.of(new ReferenceScope(key.organisation(), null, null));
        }
        if (isRemoved(before) || isRemoved(after)) {
            // While the source is removed, its days stay as they are; what changed meanwhile counts when it is back.
            return isRemoved(after)
                    ? Optional.empty()
                    : Optional.of(new ReferenceScope(key.organisation(), key.name(), null));
        }
        final Cluster unknown = Cluster.unknown(key.name());
        final Cluster old = cluster(before).orElse(unknown);
        final Cluster changed = cluster(after).orElse(unknown);
        if (!sameNames(old, changed)) {
            return Optional.of(new ReferenceScope(key.organisation(), key.name(), null));
        }
        final Set<YearMonth> months = old.differingMonths(changed);
        return months.isEmpty()
                ? Optional.empty()
                : Optional.of(new ReferenceScope(key.organisation(), key.name(), months));
    }

    private static boolean isRemoved(byte[] value) {
        return value != null && ReferenceJson.readRetention(value).isRemoved();
    }

    private static boolean sameNames(Cluster a, Cluster b) {
        return a.id().equals(b.id()) && Optional.ofNullable(a.alias()).equals(Optional.ofNullable(b.alias()));
    }

    private static Optional<Cluster> cluster(byte[] value) {
        return Optional.ofNullable(value).flatMap(ReferenceJson::readCluster);
    }

    /** Whether it is all days of the organisation. */
    public boolean isWhole() {
        return source == null && months == null;
    }

    /** Whether the change may affect the day. */
    public boolean includes(DayKey day) {
        return (organisation.isEmpty() || organisation.equals(day.organisation()))
                && (source == null || source.equals(day.source()))
                && (months == null || months.contains(YearMonth.from(day.date())));
    }

    /** The days in words, such as "the days of source X in 2025-11". */
    public String inWords() {
        final String whose = source != null
                ? "source " + source
                : organisation.isEmpty() ? "every organisation" : "organisation " + organisation;
        if (months == null) {
            return "all days of " + whose;
        }
        return "the days of " + whose + " in "
                + new TreeSet<>(months).stream().map(YearMonth::toString).collect(Collectors.joining(", "));
    }
}
