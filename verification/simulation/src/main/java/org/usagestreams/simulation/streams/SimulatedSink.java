package org.usagestreams.simulation.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.simulation.LogRecord;
import org.usagestreams.simulation.SimulatedBroker;

/**
 * A sink as Kafka Connect runs it: reads committed records, applies them, and commits its offsets later. A new sink goes on at the
 * committed offsets, so later records are applied again.
 */
public final class SimulatedSink {
    private final SimulatedBroker broker;
    private final Host host;
    private final String group;
    private final Applier applier;
    private final long flushMillis;
    private final TopicView view;
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private long flushedAt;

    /** Takes records in order. */
    public interface Applier {
        void apply(LogRecord record);
    }

    /**
     * A sink that goes on at the group's offsets.
     *
     * @param flushMillis how often offsets are committed
     */
    public SimulatedSink(
            SimulatedBroker broker, Host host, String group, String topic, long flushMillis, Applier applier) {
        this.broker = broker;
        this.host = host;
        this.group = group;
        this.applier = applier;
        this.flushMillis = flushMillis;
        broker.groups().committed(group).forEach((partition, offset) -> committed.put(partition, offset.offset()));
        view = new TopicView(broker, topic, committed);
    }

    /** Reads once; when it does so next. */
    public long step() {
        for (final LogRecord record : view.next(1 + host.random().nextInt(50))) {
            host.mayDie();
            applier.apply(record);
        }
        if (host.now() - flushedAt >= flushMillis) {
            host.mayDie();
            flush();
        }
        return host.now() + 20 + host.random().nextInt(500);
    }

    private void flush() {
        flushedAt = host.now();
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        view.positions().forEach((partition, offset) -> {
            if (!offset.equals(committed.put(partition, offset))) {
                offsets.put(partition, new OffsetAndMetadata(offset));
            }
        });
        if (!offsets.isEmpty()) {
            broker.groups().alter(group, offsets);
        }
    }
}
