package org.usagestreams.operations.replay;

import java.time.LocalDate;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.reference.ReferenceKind;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.reference.ReferenceState;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.chunk.DayKey;

/**
 * Which days count as of a date: those that are not beyond retention by settings or by what cost management keeps of the cluster, that
 * it has not purged, and whose source it has not removed. Rows of other days stay as they are. Immutable.
 */
public final class KeptDays {
    private final int days;
    private final int months;
    private final ReferenceState reference;
    private final LocalDate today;

    /**
     * As of a date.
     *
     * @param reference what the topics hold; it is not changed any more
     */
    public KeptDays(Settings settings, ReferenceState reference, LocalDate today) {
        days = settings.integer("retention.days");
        months = settings.integer("retention.months");
        this.reference = reference;
        this.today = today;
    }

    /** The same with what the topics of reference data hold now. */
    public static KeptDays read(Settings settings, KafkaClients clients, LocalDate today) {
        return new KeptDays(
                settings, new ReferencePublisher(clients, settings.kafkaClient(), settings.topics()).held(), today);
    }

    /** The oldest date of a source that is not beyond retention. */
    public LocalDate oldest(String organisation, String source) {
        final LocalDate byDays = today.minusDays(days);
        final Integer kept = months > 0
                ? Integer.valueOf(months)
                : retention(organisation, source).months();
        if (kept == null) {
            return byDays;
        }
        final LocalDate byMonths = ClusterRetention.firstKept(kept, today);
        return byMonths.isAfter(byDays) ? byMonths : byDays;
    }

    /** Whether a day counts. */
    public boolean contains(DayKey day) {
        final ClusterRetention retention = retention(day.organisation(), day.source());
        return !retention.isRemoved()
                && !retention.isPurged(day.date())
                && !day.date().isBefore(oldest(day.organisation(), day.source()));
    }

    /** An organisation's own record wins over the one that holds for every organisation. */
    private ClusterRetention retention(String organisation, String source) {
        final String name = ReferenceKey.cluster(organisation, source).name();
        final byte[] own = reference.of(ReferenceKind.CLUSTER, organisation).get(name);
        final byte[] value =
                own != null ? own : reference.of(ReferenceKind.CLUSTER, "").get(name);
        return value == null ? ClusterRetention.UNKNOWN : ReferenceJson.readRetention(value);
    }
}
