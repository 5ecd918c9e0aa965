package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.ManualTime;

class StateHeartbeatTest {
    private static final Duration LIMIT = Duration.ofDays(5);

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime();
    private boolean follows = true;
    private Path file;
    private Path other;

    @BeforeEach
    void makeState() throws Exception {
        file = write("usage-summary/0_1/rocksdb/chunks/000001.sst");
        other = write("usage-summary-2/0_1/rocksdb/chunks/000001.sst");
        write("lock");
    }

    private Path write(String name) throws Exception {
        final Path path = directory.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, name);
        return Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochMilli(time.milliseconds())));
    }

    private boolean remove() {
        return StateHeartbeat.removeOutdated(directory, "usage-summary", LIMIT, time);
    }

    private void pass(Duration passed) {
        time.sleep(passed.toMillis());
    }

    @Test
    void shouldRemoveStateThatWasNotCurrentForTooLong() throws Exception {
        try (StateHeartbeat heartbeat = new StateHeartbeat(directory, "usage-summary", time, () -> follows)) {
            heartbeat.beat();
            follows = false;
        }
        pass(LIMIT);
        assertThat(remove()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(remove()).isTrue();
        assertThat(file).doesNotExist();
        assertThat(other).exists();
        assertThat(directory.resolve("lock")).exists();
        assertThat(remove()).isFalse();
    }

    @Test
    void shouldKeepStateOfAnInstanceThatRanAndHadNothingToWrite() {
        final StateHeartbeat heartbeat = new StateHeartbeat(directory, "usage-summary", time, () -> follows);
        pass(LIMIT.multipliedBy(10));
        heartbeat.beat();
        heartbeat.close();
        pass(LIMIT);
        assertThat(remove()).isFalse();
        assertThat(file).exists();
    }

    @Test
    void shouldNotCountTimeInWhichTheInstanceFollowedNothing() {
        final StateHeartbeat heartbeat = new StateHeartbeat(directory, "usage-summary", time, () -> follows);
        heartbeat.beat();
        follows = false;
        pass(LIMIT.multipliedBy(2));
        heartbeat.beat();
        heartbeat.close();
        assertThat(remove()).isTrue();
    }

    @Test
    void shouldGoByFilesWhereThereIsNoHeartbeat() {
        pass(LIMIT);
        assertThat(remove()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(remove()).isTrue();
    }
}
