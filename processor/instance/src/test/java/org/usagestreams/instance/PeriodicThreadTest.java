package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;

class PeriodicThreadTest {
    @Test
    void shouldCallTheStepAgainAndAgain() {
        final AtomicInteger steps = new AtomicInteger();
        try (PeriodicThread thread = new PeriodicThread("steps", steps::incrementAndGet)) {
            thread.start();
            await().untilAsserted(() -> assertThat(steps).hasValueGreaterThanOrEqualTo(2));
        }
    }

    @Test
    void shouldInterruptAStepThatWaitsWhenItIsClosed() throws Exception {
        final CountDownLatch waits = new CountDownLatch(1);
        final AtomicBoolean interrupted = new AtomicBoolean();
        final PeriodicThread thread = new PeriodicThread("waits", () -> {
                    waits.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        Thread.currentThread().interrupt();
                    }
                })
                .start();
        waits.await();
        thread.close();
        assertThat(interrupted).isTrue();
        thread.await();
    }

    /** As Kafka's clients do; what a thread does not catch is printed with its stack. */
    @Test
    void shouldEndQuietlyWhereTheStepThrowsThatItWasInterrupted() throws Exception {
        final CountDownLatch waits = new CountDownLatch(1);
        final AtomicReference<Throwable> uncaught = new AtomicReference<>();
        final PeriodicThread thread = new PeriodicThread("waits", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((any, e) -> uncaught.set(e));
            waits.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        });
        thread.start();
        waits.await();
        thread.close();
        assertThat(uncaught).hasNullValue();
    }
}
