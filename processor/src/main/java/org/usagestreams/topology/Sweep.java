package org.usagestreams.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches a store now and then for what is too old to be remembered. */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    /** Most entries that leave at once; the others follow next time. */
    private static final int AT_ONCE = 10_000;

    private final TopologySettings settings;
    private final ProcessingContext context;

    /** Whether a store's entry is too old. */
    interface Test {
        boolean isForgotten(byte[] value, Retention retention) throws InvalidProtocolBufferException;
    }

    Sweep(TopologySettings settings, ProcessingContext context) {
        this.settings = settings;
        this.context = context;
    }

    /** From now on, at each interval. */
    void of(KeyValueStore<String, byte[]> store, Test test) {
        context.schedule(settings.sweep(), PunctuationType.WALL_CLOCK_TIME, now -> sweep(store, test, now));
    }

    private void sweep(KeyValueStore<String, byte[]> store, Test test, long now) {
        final Retention retention = new Retention(settings.retentionDays(), now);
        final List<String> forgotten = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext() && forgotten.size() < AT_ONCE) {
                final KeyValue<String, byte[]> entry = all.next();
                if (test.isForgotten(entry.value, retention)) {
                    forgotten.add(entry.key);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.error("store {} holds what is none of ours", store.name(), e);
        }
        forgotten.forEach(store::delete);
        if (!forgotten.isEmpty()) {
            LOG.info("store {}: {} entries beyond retention left", store.name(), forgotten.size());
        }
    }
}
