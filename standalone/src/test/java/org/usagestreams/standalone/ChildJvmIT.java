package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.ChildJvm;

/** What tests start does take its classes from the archive: without them it would work as well, but take twice the CPU. */
class ChildJvmIT {
    @TempDir
    private Path folder;

    @Test
    void shouldMapTheClassesOfPartsFromAnArchive() throws Exception {
        assumeTrue(ChildJvm.hasJars(), "SKIPPED: not run by Maven");
        final Path loaded = folder.resolve("loaded");
        final List<String> command =
                ChildJvm.command("-XX:+UseParallelGC", "-Xmx256m", "-Xlog:class+load=info:file=" + loaded);
        command.addAll(List.of(Main.class.getName(), "part", "--help"));
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        process.waitFor();
        assertThat(Files.readAllLines(loaded))
                .filteredOn(line -> line.contains(" " + Main.class.getName() + " "))
                .singleElement()
                .asString()
                .contains("shared objects file (top)");
    }
}
