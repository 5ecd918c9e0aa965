package org.usagestreams.summarizer.loading;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;

/**
 * Runs a {@link LoadTracker} in a separate thread, and begins anew with another one if it fails.
 *
 * <p>{@link #waiting} may be called by any thread.
 */
public final class LoadWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final Options options;
    private final TopicCatalog topics;
    private final KafkaClients clients;
    private final Time time;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "load-watch");
    private volatile LoadTracker current;

    /**
     * The watch's parameters; see the settings of the same names.
     *
     * @param kafka properties of Kafka's clients
     * @param groupId the watches' own group
     * @param instanceId static membership; empty for none
     * @param session how long an instance may say nothing before another takes over
     * @param progress makes what tells what the sink has loaded, given a client that stays the caller's
     * @param look how often that is looked at
     * @param pending most entries that wait at once
     */
    public record Options(
            Map<String, Object> kafka,
            String groupId,
            String instanceId,
            Duration session,
            Function<Admin, LoadProgress> progress,
            Duration look,
            int pending) {}

    /** A watch, not started. */
    public LoadWatch(Options options, TopicCatalog topics, KafkaClients clients, Time time) {
        this.options = options;
        this.topics = topics;
        this.clients = clients;
        this.time = time;
    }

    /** Starts watching, once. */
    public LoadWatch start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** The number of entries that wait to be loaded. */
    public int waiting() {
        final LoadTracker tracker = current;
        return tracker == null ? 0 : tracker.waiting();
    }

    private void run() {
        try {
            while (stop.getCount() > 0) {
                if (!runOnce()) {
                    stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Watches until it is to stop; false if it failed. */
    private boolean runOnce() {
        try (LoadTracker tracker = new LoadTracker(options, topics, clients, time)) {
            current = tracker;
            while (stop.getCount() > 0) {
                tracker.step();
            }
            return true;
        } catch (WakeupException | InterruptException e) {
            LOG.debug("woken");
            return true;
        } catch (KafkaException e) {
            LOG.warn("Cannot read the sink's positions. Trying again in {}: {}", RETRY, e.toString());
            return false;
        } catch (RuntimeException e) {
            LOG.error("Cannot read the sink's positions. Trying again in {}", RETRY, e);
            return false;
        } finally {
            current = null;
        }
    }

    @Override
    public void close() {
        stop.countDown();
        final LoadTracker tracker = current;
        if (tracker != null) {
            tracker.wakeup();
        }
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
