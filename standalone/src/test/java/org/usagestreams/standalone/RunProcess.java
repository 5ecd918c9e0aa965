package org.usagestreams.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.usagestreams.testkit.ChildJvm;

/** {@code run} as a process of its own, on free ports, for tests that kill it or signal it. */
final class RunProcess {
    private RunProcess() {}

    /**
     * Starts it.
     *
     * @param connectPort 0 for a free one
     * @param more further arguments
     */
    static Process start(Path data, Path output, int connectPort, String... more) throws IOException {
        final List<String> command = ChildJvm.command(
                "-Xmx512m", "-XX:+UseSerialGC", "-Dusage.log.level=error", "-Dusage.log.libraries=error");
        command.addAll(List.of(
                Main.class.getName(),
                "run",
                "--kafka-port=0",
                "--postgres-port=0",
                "--s3-port=0",
                "--connect-port=" + connectPort,
                "--data",
                data.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
