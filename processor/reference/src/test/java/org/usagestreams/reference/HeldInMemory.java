package org.usagestreams.reference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/** Topics of reference data without a broker. */
final class HeldInMemory implements ReferenceTopics {
    final ReferenceState records = new ReferenceState();
    final List<String> written = new ArrayList<>();
    boolean down;

    @Override
    public ReferenceState held() {
        if (down) {
            throw new KafkaException("no broker");
        }
        return records;
    }

    @Override
    public void write(Collection<ReferenceChange> changes) {
        changes.forEach(change -> {
            records.put(change.kind(), change.key(), change.after());
            written.add(change.toString());
        });
    }
}
