package org.usagestreams.reference;

import java.util.Collection;

/** The topics of reference data. Implementations are used by one thread at a time. */
public interface ReferenceTopics {
    /** What they hold now. */
    ReferenceState held();

    /**
     * Writes changes; all are on the topics when it returns.
     *
     * @throws org.apache.kafka.common.KafkaException where one could not be written; others may have been
     */
    void write(Collection<ReferenceChange> changes);
}
