package org.usagestreams.instance;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A thread that calls a step every second, until it is closed. The step decides what is due. It must not throw: the thread would
 * end. Only after {@link #close} may it throw Kafka's {@link InterruptException}.
 */
public final class PeriodicThread implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final Runnable step;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);

    /** A thread of this name, which has not started. */
    public PeriodicThread(String name, Runnable step) {
        this.step = step;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts, once. */
    public PeriodicThread start() {
        thread.start();
        return this;
    }

    /** Waits until the thread is closed. */
    public void await() throws InterruptedException {
        stop.await();
    }

    private void run() {
        try {
            while (!stop.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                step.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (InterruptException e) {
            // Kafka's clients throw it when close() interrupts the step.
            if (stop.getCount() > 0) {
                throw e;
            }
        }
    }

    /** Interrupts the step, and waits up to 10 seconds for its end. */
    @Override
    public void close() {
        stop.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSE_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
