package org.usagestreams.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.testkit.ProjectFiles;
import picocli.CommandLine;

class StrimziCommandTest {
    private static final Path KUBERNETES = ProjectFiles.of("docker/kubernetes");

    @Test
    void shouldMakeTheResourcesThatAreInTheRepository(@TempDir Path directory) throws Exception {
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(new StringWriter()));
        assertEquals(
                0,
                line.execute(
                        "strimzi",
                        "-c",
                        KUBERNETES.resolve("strimzi.properties").toString(),
                        directory.toString()));
        for (final String file : List.of("topics.yaml", "users.yaml", "connectors.yaml")) {
            assertEquals(
                    Files.readString(KUBERNETES.resolve("kafka").resolve(file)),
                    Files.readString(directory.resolve(file)),
                    file + ": scripts/strimzi -c docker/kubernetes/strimzi.properties docker/kubernetes/kafka");
        }
        final String connectors = Files.readString(directory.resolve("connectors.yaml"));
        assertTrue(connectors.contains("${directory:/mnt/usage-sink:password}"), "the password stays a reference");
    }
}
