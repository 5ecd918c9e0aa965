package org.usagestreams.completions;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of the outbox in their order: an event leaves the outbox once its topic has it. A process that dies in
 * between leaves it there, and the next one publishes it again. Of all processes one publishes. {@link #step} is called by one
 * thread.
 */
final class CompletionPublisher implements AutoCloseable {
    /** Most events that are published together. */
    static final int BATCH = 500;

    private static final Logger LOG = LoggerFactory.getLogger(CompletionPublisher.class);

    private final Opener opener;
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int pollMillis;
    private final Time time;
    private final LongAdder published = new LongAdder();
    private Outbox outbox;
    private volatile boolean mine;
    /** When all that there was had been published; when the turn came, where that has not happened since. */
    private volatile long since;

    /** Connects to the outbox. */
    interface Opener {
        Outbox open() throws SQLException;
    }

    /**
     * A publisher.
     *
     * @param producer stays the caller's
     * @param pollMillis how often the outbox is read where no notification comes
     */
    CompletionPublisher(Opener opener, Producer<byte[], byte[]> producer, String topic, int pollMillis, Time time) {
        this.opener = opener;
        this.producer = producer;
        this.topic = topic;
        this.pollMillis = pollMillis;
        this.time = time;
    }

    /**
     * Publishes what there is, or waits for more.
     *
     * @throws SQLException where PostgreSQL fails; the next step connects anew
     * @throws KafkaException where the topic has not got all; what was read stays in the outbox
     */
    void step() throws SQLException, InterruptedException {
        try {
            if (outbox == null) {
                outbox = opener.open();
            }
            final boolean now = outbox.isMine();
            if (now && !mine) {
                since = time.milliseconds();
                LOG.info("This process publishes completion events");
            }
            mine = now;
            if (!mine) {
                Thread.sleep(pollMillis);
                return;
            }
            final List<Outbox.Entry> entries = outbox.read(BATCH);
            if (!entries.isEmpty()) {
                send(entries);
                outbox.remove(entries);
                published.add(entries.size());
            }
            if (entries.size() < BATCH) {
                since = time.milliseconds();
                outbox.await(pollMillis);
            }
        } catch (SQLException e) {
            disconnect();
            throw e;
        }
    }

    private void send(List<Outbox.Entry> entries) throws InterruptedException {
        final List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (final Outbox.Entry entry : entries) {
            sent.add(producer.send(new ProducerRecord<>(
                    topic,
                    entry.day().getBytes(StandardCharsets.UTF_8),
                    entry.event().getBytes(StandardCharsets.UTF_8))));
        }
        producer.flush();
        for (final Future<RecordMetadata> one : sent) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new KafkaException(
                        "Cannot publish a completion event on topic " + topic + ": "
                                + e.getCause().getMessage(),
                        e.getCause());
            }
        }
    }

    /** Events that were published since the start. */
    long published() {
        return published.sum();
    }

    /** Seconds since all that there was had been published; 0 where another process publishes, or none. */
    double ageSeconds() {
        return mine ? (time.milliseconds() - since) / 1e3 : 0;
    }

    /** The lock goes with the connection. Being the one that publishes ends when another is, as far as metrics are concerned. */
    private void disconnect() {
        if (outbox != null) {
            try {
                outbox.close();
            } catch (SQLException e) {
                LOG.debug("closing a connection that is gone", e);
            }
            outbox = null;
        }
    }

    @Override
    public void close() {
        disconnect();
        mine = false;
    }
}
