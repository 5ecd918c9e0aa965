package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.store.ObjectFilter;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.message.ObjectFact;

/** An object whose day is taken back while the object is read. */
class ReadmittedObjectTest {
    private static final String KEY =
            "data/o/OCP/source=00000000-0000-4000-8000-0000000000cc/openshift_pod_usage_line_items/a.parquet";
    private static final LocalDate DAY = LocalDate.parse("2020-01-01");

    private final byte[] file = RandomReports.pods(DAY.toString(), "a");
    private final HandledRecords handled = new HandledRecords();
    private final Set<LocalDate> readmitted = new HashSet<>();

    private RecordOutcome handle(Runnable whileRead, Runnable refresh) throws Exception {
        try (StubStore store = new StubStore(exchange -> {
            StubStore.describe(exchange, "e", "Sun, 01 Nov 2026 00:00:00 GMT");
            if (exchange.getRequestHeaders().getFirst("Range") != null) {
                whileRead.run();
            }
            StubStore.sendRange(exchange, file);
        })) {
            return new NotificationHandler(
                            new ObjectStore(store.client()),
                            1 << 20,
                            new ObjectSplitter(SplitLimits.DEFAULTS),
                            new SplitterCounts(),
                            Clock.fixed(Instant.parse("2026-11-01T10:00:00Z"), ZoneOffset.UTC),
                            Time.SYSTEM,
                            ObjectTime.DEFAULTS,
                            policy(refresh),
                            Lane.second(SecondLane.DEFAULTS, ObjectTime.DEFAULTS))
                    .handle(new Notification(StubStore.uploaded(KEY), "n-0@1", 1, false), new ReadResults(), handled);
        }
    }

    private SplitPolicy policy(Runnable refresh) {
        return new SplitPolicy(
                ObjectFilter.ALL,
                false,
                30,
                AsidePolicy.DEFAULTS,
                null,
                EventPolicy.DEFAULTS,
                SourceOwners.UNKNOWN,
                new ReadmittedDays() {
                    @Override
                    public Set<LocalDate> of(String organisation, String source) {
                        return Set.copyOf(readmitted);
                    }

                    @Override
                    public void refresh() {
                        refresh.run();
                    }
                });
    }

    @Test
    void shouldRefuseADayThatIsNotReadBack() throws Exception {
        assertThat(handle(() -> {}, () -> {})).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(handled.cases()).containsExactly(ObjectFact.FactCase.FAILED);
    }

    @Test
    void shouldHandleAgainWhereARefreshFindsTheDay() throws Exception {
        assertThat(handle(() -> {}, () -> readmitted.add(DAY))).isEqualTo(RecordOutcome.RESTART);
    }

    /** The thread that follows the topic may have seen the day before the refresh, which then has nothing new. */
    @Test
    void shouldHandleAgainWhereTheDayCameWhileTheObjectWasRead() throws Exception {
        assertThat(handle(() -> readmitted.add(DAY), () -> {})).isEqualTo(RecordOutcome.RESTART);
    }
}
