package org.usagestreams.service.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.consumer.DeadLetterFollower;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.deadletter.DeadLetter;

/**
 * The payloads that wait until their clusters are known, as the dead letter topic has them. When a cluster becomes known, one of all intakes
 * sends the event that tries its payload again. An event that is sent twice unpacks the same payload twice, which changes nothing.
 *
 * <p>{@link #count} and {@link #bytes} may be called by any thread; the other methods belong to one thread. No more payloads wait than
 * settings allow, so its size is bounded.
 */
final class WaitingPayloads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingPayloads.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** A payload whose event was sent and that still waits is sent again after this time: the event may have got lost. */
    private static final Duration AGAIN = Duration.ofMinutes(5);

    private final Clusters clusters;
    private final BooleanSupplier turn;
    private final Clock clock;
    private final DeadLetterFollower follower;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private volatile long bytes;
    private volatile int count;

    /** A payload that waits. */
    private static final class Waiting {
        private final DeadLetter.Retry retry;
        private Instant sent = Instant.MIN;

        Waiting(DeadLetter.Retry retry) {
            this.retry = retry;
        }
    }

    /** Takes the dead letters of payloads, and no others. */
    private final class Payloads implements DeadLetterFollower.Retries {
        @Override
        public void clear() {
            waiting.clear();
        }

        @Override
        public void put(String id, DeadLetter.Retry retry) {
            if (retry.cluster() != null) {
                waiting.put(id, new Waiting(retry));
            }
        }

        @Override
        public void remove(String id) {
            waiting.remove(id);
        }
    }

    /**
     * Knows nothing yet.
     *
     * @param kafka properties of Kafka's clients
     * @param deadLetters name of the dead letter topic
     * @param notifications name of the topic of marked notifications
     * @param turn whether this is the intake that sends events
     */
    WaitingPayloads(
            KafkaClients clients,
            Map<String, Object> kafka,
            String deadLetters,
            String notifications,
            Clusters clusters,
            BooleanSupplier turn,
            Clock clock) {
        this.clusters = clusters;
        this.turn = turn;
        this.clock = clock;
        follower = new DeadLetterFollower(clients, kafka, deadLetters, notifications, new Payloads());
    }

    /** How many wait, as far as is known. */
    int count() {
        return count;
    }

    /** How many bytes they have. */
    long bytes() {
        return bytes;
    }

    /** Reads what is new on the dead letter topic, and sends what need not wait any more. */
    void step() {
        try {
            final boolean current = follower.read(POLL);
            count = waiting.size();
            bytes = waiting.values().stream()
                    .mapToLong(payload -> payload.retry.cluster().bytes())
                    .sum();
            if (current && turn.getAsBoolean()) {
                send();
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("Cannot read which payloads wait for their clusters: {}. Starting again.", e.toString());
            close();
        }
    }

    private void send() {
        final Instant now = clock.instant();
        for (final Waiting payload : waiting.values()) {
            final DeadLetter.AwaitedCluster cluster = payload.retry.cluster();
            if (payload.sent.isAfter(now.minus(AGAIN))
                    || clusters.source(cluster.organisation(), cluster.id()).isEmpty()) {
                continue;
            }
            follower.send(payload.retry);
            payload.sent = now;
            LOG.info("Cluster {} is now known: unpacking {}", cluster.id(), payload.retry.key());
        }
    }

    @Override
    public void close() {
        follower.close();
    }
}
