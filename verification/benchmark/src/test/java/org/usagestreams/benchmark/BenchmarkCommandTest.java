package org.usagestreams.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.commandline.CommandRunner;

/** What the benchmark's command refuses before it starts anything. */
class BenchmarkCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRefuseAScaleThatIsNone() {
        assertThat(CommandRunner.run(new BenchmarkCommand(), "--scales", "3m", "--out", directory.toString()))
                .isEqualTo(2);
    }
}
