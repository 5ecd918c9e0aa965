package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server of run, benchmark and crash test commits as one in production. */
class CommitSettingsIT {
    @TempDir
    private Path directory;

    @Test
    void shouldCommitAsInProductionBeforeAndAfterAKill() throws Exception {
        try (Postgres server = Postgres.start(directory, Ports.take(0, "PostgreSQL", "none"), null)) {
            final CommitSettings first = read(server);
            assertThat(first.values()).containsEntry("fsync", "on").containsEntry("synchronous_commit", "on");
            assertThat(first.isDurable()).isTrue();
            server.kill();
            server.revive();
            assertThat(read(server)).isEqualTo(first);
        }
    }

    @Test
    void shouldTellAServerThatLosesCommits() throws Exception {
        try (Postgres server = Postgres.start(
                directory, Ports.take(0, "PostgreSQL", "none"), null, Map.of("synchronous_commit", "off"))) {
            assertThat(read(server).isDurable()).isFalse();
            assertThat(read(server).describe()).contains("`synchronous_commit=off`");
        }
    }

    private static CommitSettings read(Postgres server) throws Exception {
        try (Connection connection = server.connect()) {
            return CommitSettings.read(connection);
        }
    }
}
