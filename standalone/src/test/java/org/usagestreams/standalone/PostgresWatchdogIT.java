package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watchdog whose process ends before, while and after its server starts; a shell stands in for the server. */
class PostgresWatchdogIT {
    @TempDir
    private Path directory;

    private Process startServer(Path data, String name) throws Exception {
        final Path program = Files.copy(Path.of("/bin/sleep"), directory.resolve(name));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        final Process server = new ProcessBuilder(program.toString(), "600").start();
        Files.write(Files.createDirectories(data).resolve("postmaster.pid"), List.of(Long.toString(server.pid())));
        return server;
    }

    @Test
    void shouldStopAServerThatStartsAfterItsProcessHasEnded() throws Exception {
        final Path data = directory.resolve("data");
        final PostgresWatchdog watchdog = PostgresWatchdog.start(data, null);
        watchdog.release();
        final Process server = startServer(data, "postgres");
        await().atMost(Duration.ofSeconds(20)).until(() -> !server.isAlive());
    }

    @Test
    void shouldLeaveTheServerOfTheNextRunAlone() throws Exception {
        final Path data = directory.resolve("data");
        final PostgresWatchdog first = PostgresWatchdog.start(data, null);
        first.release();
        final PostgresWatchdog second = PostgresWatchdog.start(data, null);
        final Process server = startServer(data, "postgres");
        try {
            assertThat(first.awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(server.isAlive()).isTrue();
        } finally {
            second.release();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> !server.isAlive());
    }

    @Test
    void shouldLeaveAProcessAloneThatHasTheNumberOfADeadServer() throws Exception {
        final Path data = directory.resolve("data");
        final Path remove = Files.createDirectories(directory.resolve("remove"));
        final Process other = startServer(data, "other");
        try {
            final PostgresWatchdog watchdog = PostgresWatchdog.start(data, remove);
            watchdog.release();
            await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(remove));
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void shouldDoNothingWhenItIsLetGo() throws Exception {
        final Path data = directory.resolve("data");
        final Path remove = Files.createDirectories(directory.resolve("remove"));
        final Process server = startServer(data, "postgres");
        try {
            final PostgresWatchdog watchdog = PostgresWatchdog.start(data, remove);
            watchdog.close();
            assertThat(watchdog.awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(server.isAlive()).isTrue();
            assertThat(remove).exists();
        } finally {
            server.destroyForcibly();
        }
    }
}
