package org.usagestreams.operations.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.ledger.UploadState;

class LoadWaitTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<LedgerRow> rows = new ArrayList<>();
    private final List<String> settled = new ArrayList<>();
    private final SleptTime time = new SleptTime();

    @Test
    void shouldWaitUntilAllAreLoaded() throws SQLException {
        rows.add(row("a", "1", "", UploadState.LOADED, 1));
        rows.add(row("b", "2", "", UploadState.COUNTED, 1));
        time.then = () -> rows.set(1, row("b", "2", "", UploadState.LOADED, 1));
        final LoadWait.Outcome outcome = await(target("a", "1", ""), target("b", "2", ""));
        assertThat(outcome).isEqualTo(new LoadWait.Outcome(List.of(), List.of()));
        assertThat(outcome.hasFailed()).isFalse();
        assertThat(settled).containsExactly("a", "b");
    }

    @Test
    void shouldCountVersionsByState() throws SQLException {
        rows.add(row("a", "1", "", UploadState.LOADED, 1));
        rows.add(row("b", "2", "", UploadState.COUNTED, 1));
        time.then = () -> rows.set(1, row("b", "2", "", UploadState.LOADED, 1));
        final List<Map<UploadState, Long>> counts = new ArrayList<>();
        new LoadWait(
                        (bucket, keys) -> rows.stream()
                                .filter(row -> keys.contains(row.key()))
                                .toList(),
                        time)
                .await(
                        List.of(target("a", "1", ""), target("b", "2", ""), target("c", "3", "")),
                        Duration.ofMillis(300),
                        row -> {},
                        counts::add);
        assertThat(counts)
                .startsWith(Map.of(UploadState.LOADED, 1L, UploadState.COUNTED, 1L))
                .endsWith(Map.of(UploadState.LOADED, 2L));
    }

    @Test
    void shouldTellHowFarVersionsAreWhenTheTimeIsUp() throws SQLException {
        rows.add(row("a", "1", "", UploadState.SPLIT, 1));
        assertThat(await(target("a", "1", ""), target("b", "2", "")).late())
                .containsExactly(new LoadWait.Late("a", UploadState.SPLIT), new LoadWait.Late("b", null));
        assertThat(time.nanoseconds()).isGreaterThan(TIMEOUT.toNanos());
    }

    @Test
    void shouldTellFailuresFromWhatANewerVersionReplaces() throws SQLException {
        rows.add(row("a", "1", "", UploadState.SUPERSEDED, 1));
        assertThat(await(target("a", "1", "")).hasFailed()).isFalse();
        rows.add(row("b", "2", "", UploadState.FAILED, 1));
        final LoadWait.Outcome outcome = await(target("a", "1", ""), target("b", "2", ""));
        assertThat(outcome.hasFailed()).isTrue();
        assertThat(outcome.notLoaded()).isEqualTo(rows);
    }

    @Test
    void shouldTakeALoadedVersionThatLostAllRowsForAFailure() throws SQLException {
        rows.add(row("a", UploadState.LOADED, 9L, 8L));
        rows.add(row("b", UploadState.LOADED, 0L, 0L));
        assertThat(await(target("a", "1", ""), target("b", "1", "")).hasFailed())
                .isFalse();
        rows.add(row("c", UploadState.LOADED, 9L, 9L));
        final LoadWait.Outcome outcome = await(target("a", "1", ""), target("c", "1", ""));
        assertThat(outcome.hasFailed()).isTrue();
        assertThat(outcome.notLoaded()).containsExactly(rows.get(2));
    }

    @Test
    void shouldTellVersionsOfAnObjectApart() throws SQLException {
        rows.add(row("a", "1", "v1", UploadState.FAILED, 1));
        rows.add(row("a", "1", "v2", UploadState.LOADED, 2));
        assertThat(await(target("a", "1", "v2")).notLoaded()).isEmpty();
        assertThat(await(target("a", "1", "v1")).notLoaded()).containsExactly(rows.get(0));
        // A listing names no version: the latest with these contents is meant.
        assertThat(await(target("a", "1", "")).notLoaded()).isEmpty();
        assertThat(await(target("a", "other", "")).late()).containsExactly(new LoadWait.Late("a", null));
    }

    private LoadWait.Outcome await(ObjectStore.Stored... targets) throws SQLException {
        return new LoadWait(
                        (bucket, keys) -> rows.stream()
                                .filter(row -> row.bucket().equals(bucket) && keys.contains(row.key()))
                                .toList(),
                        time)
                .await(List.of(targets), TIMEOUT, row -> settled.add(row.key()));
    }

    private static ObjectStore.Stored target(String key, String etag, String versionId) {
        return new ObjectStore.Stored("bucket", key, etag, versionId, 1, Instant.EPOCH, Map.of());
    }

    private static LedgerRow row(String key, String etag, String versionId, UploadState state, long eventAt) {
        return LedgerRow.of("bucket", key, state)
                .version(etag, versionId)
                .times(Instant.EPOCH, Instant.ofEpochSecond(eventAt))
                .build();
    }

    private static LedgerRow row(String key, UploadState state, long read, long dropped) {
        return LedgerRow.of("bucket", key, state)
                .version("1", "")
                .read(read, dropped, 0L)
                .build();
    }

    /** A clock that only sleep moves. */
    private static final class SleptTime implements Time {
        private long millis;
        private Runnable then = () -> {};

        @Override
        public long milliseconds() {
            return millis;
        }

        @Override
        public long nanoseconds() {
            return millis * 1_000_000;
        }

        @Override
        public void sleep(long ms) {
            millis += ms;
            then.run();
        }

        @Override
        public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMillis) {
            throw new UnsupportedOperationException("nobody waits in these tests");
        }
    }
}
