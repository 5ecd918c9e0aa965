package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed leaves no process behind, and the next one on its folder goes on. */
class KilledRunIT {
    @TempDir
    private Path directory;

    private Process run(Path output, String... more) throws IOException {
        return RunProcess.start(directory.resolve("data"), output, 0, more);
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what).atMost(Duration.ofSeconds(90)).until(condition::getAsBoolean);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void shouldLeaveNoProcessBehindAndGoOnAfterwards() throws Exception {
        final Path first = directory.resolve("first.log");
        final Process killed = run(first);
        await("the sample is loaded: " + read(first), () -> read(first).contains("Ctrl-C ends."));
        final long postgres = Long.parseLong(Files.readAllLines(directory.resolve("data/postgres/data/postmaster.pid"))
                .get(0));
        assertTrue(ProcessHandle.of(postgres).isPresent());
        killed.destroyForcibly().waitFor();
        await("PostgreSQL has ended", () -> ProcessHandle.of(postgres).isEmpty());

        final Path second = directory.resolve("second.log");
        final Process again = run(second, "--once");
        assertTrue(again.waitFor(90, TimeUnit.SECONDS), read(second));
        assertEquals(0, again.exitValue(), read(second));
        assertTrue(read(second).contains("Platform unallocated"), "the rows are still there: " + read(second));
    }
}
