package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
}
