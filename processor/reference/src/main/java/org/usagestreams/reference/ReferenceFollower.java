package org.usagestreams.reference;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics follow cost management. An organisation has exactly the data that was read; everything else is removed.
 * Organisations that cannot be read, or that cost management does not know, are left unchanged. Used by one thread.
 */
public final class ReferenceFollower {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceFollower.class);

    private final ReferenceSource.Opener opener;
    private final ReferenceTopics topics;
    /** Organisations that could not be read the last time, with the reason that was logged. */
    private final Map<String, String> unread = new HashMap<>();

    /**
     * What one comparison did.
     *
     * @param read organisations that were read
     * @param failed organisations that could not be read
     * @param changes records that were published
     */
    public record Result(int read, int failed, int changes) {}

    /** Follows a source that is opened anew for each comparison. */
    public ReferenceFollower(ReferenceSource.Opener opener, ReferenceTopics topics) {
        this.opener = opener;
        this.topics = topics;
    }

    /**
     * Compares once, and publishes what differs.
     *
     * @throws SQLException where the source does not answer
     * @throws org.apache.kafka.common.KafkaException where topics cannot be read or written
     */
    public Result run() throws SQLException {
        final List<ReferenceSet> sets = new ArrayList<>();
        final int organisations;
        try (ReferenceSource source = opener.open()) {
            final List<ReferenceSource.Organisation> all = source.organisations();
            organisations = all.size();
            for (final ReferenceSource.Organisation organisation : all) {
                read(source, organisation, sets);
            }
        }
        final List<ReferenceChange> changes =
                ReferenceDifference.between(topics.held(), sets, ReferenceDifference.Mode.FOLLOW);
        topics.write(changes);
        changes.forEach(change -> LOG.info("{}; affects {}", change, change.daysInWords()));
        return new Result(sets.size(), organisations - sets.size(), changes.size());
    }

    private void read(ReferenceSource source, ReferenceSource.Organisation organisation, List<ReferenceSet> sets)
            throws SQLException {
        try {
            sets.add(source.read(organisation));
        } catch (SQLException e) {
            if (!source.isReachable()) {
                throw e;
            }
            final String reason =
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            if (!reason.equals(unread.put(organisation.schema(), reason))) {
                LOG.warn(
                        "Cannot read reference data of organisation {} in schema {}: {}. Its data stays as it is.",
                        organisation.name(),
                        organisation.schema(),
                        reason);
            }
            return;
        }
        if (unread.remove(organisation.schema()) != null) {
            LOG.info("Reference data of organisation {} can be read again", organisation.name());
        }
    }
}
