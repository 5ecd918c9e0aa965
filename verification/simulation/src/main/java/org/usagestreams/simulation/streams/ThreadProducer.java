package org.usagestreams.simulation.streams;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.simulation.ProducerIdentity;
import org.usagestreams.simulation.SimulatedBroker;

/** The producer of a stream thread: a transaction begins with the first record, and ends with the thread's commit. */
final class ThreadProducer {
    /** A real client waits a little where a transaction before is still ending. */
    private static final long RETRY_MILLIS = 5;

    private final SimulatedBroker broker;
    private final Host host;
    private final StreamsOptions options;
    private final String name;
    private ProducerIdentity identity;
    private boolean open;
    private long openedAt;

    ThreadProducer(SimulatedBroker broker, Host host, StreamsOptions options, String name) {
        this.broker = broker;
        this.host = host;
        this.options = options;
        this.name = name;
    }

    private interface Request<T> {
        T run();
    }

    /** As the real client does: again while the coordinator is busy with what was before. */
    private <T> T patiently(Request<T> request) {
        while (true) {
            try {
                return request.run();
            } catch (ConcurrentTransactionsException e) {
                host.spend(RETRY_MILLIS);
            }
        }
    }

    /** Takes the name, which fences who had it. */
    void init() {
        open = false;
        identity = patiently(() -> broker.transactions().init(name, options.transactionTimeout()));
    }

    long send(TopicPartition partition, byte[] key, byte[] value, List<Header> headers, long timestamp) {
        final int size = LogRecord.sizeOf(key, value, headers);
        if (size > options.maxRequestBytes()) {
            throw new RecordTooLargeException("a record of " + size + " bytes for " + partition + ", key "
                    + (key == null ? null : new String(key, java.nio.charset.StandardCharsets.UTF_8))
                    + ", is over max.request.size " + options.maxRequestBytes());
        }
        begin();
        return patiently(() -> broker.transactions().append(identity, partition, key, value, headers, timestamp));
    }

    private void begin() {
        if (!open) {
            open = true;
            openedAt = host.now();
        }
        expire();
    }

    /** The coordinator ends what is open for too long; it may not have looked yet. */
    private void expire() {
        if (open
                && host.now() - openedAt >= options.transactionTimeout().toMillis()
                && broker.transactions().isCurrent(identity)) {
            broker.transactions().fence(name);
        }
    }

    void commit(ConsumerGroupMetadata group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (!open && offsets.isEmpty()) {
            return;
        }
        begin();
        if (!offsets.isEmpty()) {
            patiently(() -> {
                broker.transactions().addOffsets(identity, group, offsets);
                return null;
            });
        }
        host.mayDie();
        broker.transactions().end(identity, true);
        open = false;
        host.mayDie();
    }

    /** Gives up what is open, as a client that is closed does. */
    void abort() {
        if (open && broker.transactions().isCurrent(identity)) {
            broker.transactions().end(identity, false);
        }
        open = false;
    }
}
