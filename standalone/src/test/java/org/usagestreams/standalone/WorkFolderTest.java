package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir
    private Path directory;

    @Test
    void shouldKeepOtherRunsOutUntilItIsClosed() throws IOException {
        final Path data = directory.resolve("data");
        try (WorkFolder first = WorkFolder.of(data);
                WorkFolder second = WorkFolder.of(data)) {
            first.lock();
            assertThatThrownBy(second::lock)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Cannot use " + data + ": another run uses it");
        }
        try (WorkFolder third = WorkFolder.of(data)) {
            third.lock();
        }
        assertThat(data).isDirectory();
    }

    @Test
    void shouldDeleteATemporaryFolder() throws IOException {
        final WorkFolder folder = WorkFolder.of(null);
        folder.lock();
        Files.writeString(folder.path().resolve("x"), "x");
        folder.close();
        assertThat(folder.path()).doesNotExist();
    }
}
