package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.TickingTime;
import org.usagestreams.wire.message.ObjectFact;

/** An object that takes longer than it may is tried again, and then FAILED. */
class SlowObjectTest {
    private static final String KEY =
            "data/o/OCP/source=00000000-0000-4000-8000-0000000000cc/openshift_pod_usage_line_items/a.parquet";

    private final byte[] file = RandomReports.pods("2026-11-01", "a");
    private final HandledRecords handled = new HandledRecords();
    private StubStore store;

    @BeforeEach
    void start() throws IOException {
        store = new StubStore(exchange -> {
            StubStore.describe(exchange, "e", "Sun, 01 Nov 2026 00:00:00 GMT");
            StubStore.sendRange(exchange, file);
        });
    }

    @AfterEach
    void stop() {
        store.close();
    }

    private NotificationHandler handler(ObjectTime objectTime) {
        final SplitterCounts counts = new SplitterCounts();
        return new NotificationHandler(
                new ObjectStore(store.client(), counts.bytesRead, null),
                64 << 10,
                new ObjectSplitter(SplitLimits.DEFAULTS),
                counts,
                Clock.systemUTC(),
                new TickingTime(),
                objectTime,
                SplitPolicy.DEFAULTS,
                Lane.second(SecondLane.DEFAULTS, objectTime));
    }

    private static Notification notification() {
        return new Notification(StubStore.uploaded(KEY), "in-0@0", 0, false);
    }

    @Test
    void shouldFailAnObjectAfterABoundedNumberOfSlowAttempts() {
        final NotificationHandler handler = handler(new ObjectTime(Duration.ZERO, 1 << 30, Duration.ofMinutes(1), 3));
        final ReadResults results = new ReadResults();
        assertThat(handler.handle(notification(), results, handled)).isEqualTo(RecordOutcome.RESTART);
        assertThat(handler.handle(notification(), results, handled)).isEqualTo(RecordOutcome.RESTART);
        assertThat(handled.facts).isEmpty();
        assertThat(handler.handle(notification(), results, handled)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(handled.facts).singleElement().matches(ObjectFact::hasFailed);
        assertThat(handled.deadLetters).singleElement().satisfies(deadLetter -> assertThat(deadLetter.reason())
                .contains("Cannot split its " + file.length + " bytes within 0 s, in 3 attempts")
                .contains("splitter.object.base.ms"));
    }

    @Test
    void shouldSplitAnObjectWithinTheTimeForItsSize() {
        final NotificationHandler handler = handler(ObjectTime.DEFAULTS);
        assertThat(handler.handle(notification(), new ReadResults(), handled)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(handled.facts).singleElement().matches(ObjectFact::hasSplit);
    }

    @Test
    void shouldGiveTimeBySizeUpToABound() {
        final ObjectTime time = ObjectTime.within(Duration.ofSeconds(10), 1_000, 3, Duration.ofSeconds(40));
        assertThat(time.of(0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(time.of(5_000)).isEqualTo(Duration.ofSeconds(15));
        assertThat(time.of(1_000_000)).isEqualTo(Duration.ofSeconds(30));
    }
}
