package org.usagestreams.completions;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does a step again and again until it is closed, with pauses after failures. The first of a row is logged. */
final class RetryingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingThread.class);
    private static final ExponentialBackoff PAUSES = new ExponentialBackoff(250, 2, 10_000, 0);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final String work;
    private final Step step;
    private final AutoCloseable resource;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private int failures;

    /** What is done. */
    interface Step {
        void run() throws Exception;
    }

    /**
     * A thread, not started.
     *
     * @param work what is done, for people: Cannot ...
     * @param resource closed by the thread when it ends
     */
    RetryingThread(String name, String work, Step step, AutoCloseable resource) {
        this.work = work;
        this.step = step;
        this.resource = resource;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (stop.getCount() > 0) {
                final long pause = once();
                if (pause > 0 && stop.await(pause, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // A client that closes itself must not be interrupted.
            Thread.interrupted();
            closeResource();
        }
    }

    /** Does the step; returns how long to pause. */
    private long once() throws InterruptedException {
        try {
            step.run();
            if (failures > 0) {
                LOG.info("Can {} again, after {} failures", work, failures);
                failures = 0;
            }
            return 0;
        } catch (InterruptException e) {
            throw new InterruptedException();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failures++;
            if (failures == 1) {
                LOG.warn("Cannot {}: {}. It is tried again; nothing is lost.", work, e.getMessage());
            }
            LOG.debug("where it failed", e);
            return PAUSES.backoff(failures - 1L);
        }
    }

    private void closeResource() {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.debug("closing after {}", work, e);
        }
    }

    /** Tells the thread to end. */
    void stop() {
        stop.countDown();
        thread.interrupt();
    }

    /** Waits some seconds for its end. */
    @Override
    public void close() {
        stop();
        if (thread.getState() == Thread.State.NEW) {
            closeResource();
            return;
        }
        try {
            thread.join(CLOSE_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
