package org.usagestreams.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.commandline.CommandRunner;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the benchmark's command refuses before it starts anything, and how its report names it. */
class BenchmarkCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRefuseAScaleThatIsNone() {
        assertThat(CommandRunner.run(new BenchmarkCommand(), "--scales", "3m", "--out", directory.toString()))
                .isEqualTo(2);
    }

    @Test
    void shouldSayHowItWasCalledWithoutFolders() {
        final BenchmarkCommand command = new BenchmarkCommand();
        new CommandLine(command).parseArgs("--parts", "SINK", "--work", "/tmp/work", "--runs", "2");
        assertThat(command.commandLine()).isEqualTo("scripts/benchmark --parts SINK --runs 2");
    }

    @Test
    void shouldNameItselfOnceAsASubcommand() {
        final BenchmarkCommand command = new BenchmarkCommand();
        new CommandLine(CommandSpec.create().name("usage-streams"))
                .addSubcommand("benchmark", command)
                .parseArgs("benchmark", "--parts", "SINK", "--out", "/tmp/report");
        assertThat(command.commandLine()).isEqualTo("scripts/benchmark --parts SINK");
    }
}
