package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches a store at each interval for entries that are too old to be remembered, and removes them. If the thread's {@link
 * TransactionBudget} ends a punctuation early, the next one goes on at the following key. A task that is closed meanwhile begins anew at
 * its next interval.
 *
 * <p>Not thread-safe: each task has its own.
 *
 * @param <V> the store's values
 */
final class Sweep<V> {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    /** Most entries that leave in one punctuation: they are removed after the search, with no look at the clock. */
    private static final int AT_ONCE = 10_000;

    private final TopologySettings settings;
    private final ProcessingContext context;
    private final KeyValueStore<String, V> store;
    private final Test<V> test;
    private final TransactionBudget.Share share;
    private Cancellable goingOn;
    private String next;

    /** Decides about an entry, and does whatever its removal requires. */
    interface Test<V> {
        /** Whether the entry is removed. */
        boolean isForgotten(String key, V value, Retention retention) throws InvalidProtocolBufferException;

        /** A search of the store begins. */
        default void begin(long now) {}

        /** A search has seen all entries. */
        default void end() {}
    }

    private Sweep(
            TopologySettings settings,
            ProcessingContext context,
            KeyValueStore<String, V> store,
            Test<V> test,
            TransactionBudget.Share share) {
        this.settings = settings;
        this.context = context;
        this.store = store;
        this.test = test;
        this.share = share;
    }

    /** Searches a store from now on, at each interval. */
    static <V> Sweep<V> schedule(
            TopologySettings settings,
            ProcessingContext context,
            TransactionBudget budget,
            KeyValueStore<String, V> store,
            Test<V> test) {
        final Sweep<V> sweep = new Sweep<>(settings, context, store, test, budget.join(context::commit));
        context.schedule(settings.sweep(), PunctuationType.WALL_CLOCK_TIME, sweep::start);
        return sweep;
    }

    private void start(long now) {
        if (goingOn == null) {
            next = "";
            test.begin(now);
            goOn(now);
        }
    }

    private void goOn(long now) {
        if (share.begin()) {
            try {
                search(now);
            } finally {
                share.end();
            }
        }
        if (next != null && goingOn == null) {
            goingOn = context.schedule(settings.pacing().tick(), PunctuationType.WALL_CLOCK_TIME, this::goOn);
        } else if (next == null && goingOn != null) {
            goingOn.cancel();
            goingOn = null;
        }
    }

    private void search(long now) {
        final Retention retention = new Retention(settings, now);
        final List<String> forgotten = new ArrayList<>();
        // Entries are removed when the iterator is closed: it must not see the store change.
        try (KeyValueIterator<String, V> entries = next.isEmpty() ? store.all() : store.range(next, null)) {
            next = null;
            while (entries.hasNext()) {
                final KeyValue<String, V> entry = entries.next();
                if (forgotten.size() >= AT_ONCE || !share.take(Integer.MAX_VALUE)) {
                    next = entry.key;
                    break;
                }
                if (isForgotten(entry, retention)) {
                    forgotten.add(entry.key);
                }
            }
        }
        forgotten.forEach(store::delete);
        if (next == null) {
            test.end();
        }
        if (!forgotten.isEmpty()) {
            LOG.info("store {}: {} entries left", store.name(), forgotten.size());
        }
    }

    private boolean isForgotten(KeyValue<String, V> entry, Retention retention) {
        try {
            return test.isForgotten(entry.key, entry.value, retention);
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptStateException(store.name(), entry.key, e);
        }
    }

    /** The task is closed. */
    void close() {
        share.leave();
    }
}
