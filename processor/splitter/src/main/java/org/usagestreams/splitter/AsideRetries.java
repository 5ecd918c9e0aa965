package org.usagestreams.splitter;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
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
 * Sends events that were set aside to the topic of marked notifications when their time has come. One splitter does so at a time. If two do
 * for a moment, or one dies after it has sent, an event is sent twice; the same version is then split into the same chunks twice.
 *
 * <p>It holds at most {@link AsidePolicy#open} dead letters, those that are due first. Where there are more, it reads the topic again when
 * half of these are done. {@link #step} belongs to one thread.
 */
final class AsideRetries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AsideRetries.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final DeadLetterFollower follower;
    private final BooleanSupplier turn;
    private final AsidePolicy policy;
    private final Clock clock;
    private final Waiting waiting;

    /** An event that waits. */
    private record Aside(Instant due, DeadLetter.Retry retry) {}

    /** The events that wait, by dead letter. */
    private static final class Waiting implements DeadLetterFollower.Retries {
        private final Map<String, Aside> asides = new HashMap<>();
        private final int most;
        private boolean more;

        Waiting(int most) {
            this.most = most;
        }

        @Override
        public void clear() {
            asides.clear();
            more = false;
        }

        @Override
        public void put(String id, DeadLetter.Retry retry) {
            asides.put(id, new Aside(Instant.parse(retry.notBefore()), retry));
            if (asides.size() > most) {
                more = true;
                asides.entrySet().stream()
                        .max(Comparator.comparing(entry -> entry.getValue().due()))
                        .map(Map.Entry::getKey)
                        .ifPresent(asides::remove);
            }
        }

        @Override
        public void remove(String id) {
            asides.remove(id);
        }
    }

    /**
     * Begins when it is its turn.
     *
     * @param kafka properties of Kafka's clients
     * @param deadLetters name of the dead letter topic
     * @param notifications name of the topic of marked notifications
     * @param turn whether this is the splitter that does it
     */
    AsideRetries(
            KafkaClients clients,
            Map<String, Object> kafka,
            String deadLetters,
            String notifications,
            BooleanSupplier turn,
            AsidePolicy policy,
            Clock clock) {
        this.turn = turn;
        this.policy = policy;
        this.clock = clock;
        waiting = new Waiting(policy.open());
        follower = new DeadLetterFollower(clients, kafka, deadLetters, notifications, waiting);
    }

    /**
     * Reads what is new on the dead letter topic, and sends what is due.
     *
     * @return false where it is not its turn: then the caller pauses
     */
    boolean step() {
        if (!turn.getAsBoolean()) {
            close();
            return false;
        }
        try {
            if (follower.read(POLL)) {
                send();
                if (waiting.more && waiting.asides.size() <= policy.open() / 2) {
                    follower.readAnew();
                }
            }
        } catch (InterruptException e) {
            // The thread is to stop; the caller closes.
            throw e;
        } catch (KafkaException e) {
            LOG.warn("Cannot retry objects that were set aside: {}. Starting again.", e.toString());
            close();
            return false;
        }
        return true;
    }

    private void send() {
        final Instant now = clock.instant();
        // The attempt writes the dead letter anew or removes it. Where it does not, the event got lost.
        final Instant again = now.plus(policy.longest());
        for (final Map.Entry<String, Aside> entry : waiting.asides.entrySet()) {
            final Aside aside = entry.getValue();
            if (!aside.due().isAfter(now)) {
                follower.send(aside.retry());
                entry.setValue(new Aside(again, aside.retry()));
            }
        }
    }

    @Override
    public void close() {
        follower.close();
    }
}
