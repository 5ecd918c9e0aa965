package org.usagestreams.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.testkit.ChildJvm;

/** Two rounds of kills and cuts; more of them by {@code scripts/crash --rounds 100}. */
class CrashIT {
    @TempDir
    private Path directory;

    @Test
    void shouldEndWithTheRowsOfTheBucketWhateverIsKilledOrCut() throws Exception {
        ChildJvm.forParts();
        final Path report = directory.resolve("crash.md");
        // Another seed in each run would make a failure hard to come back to.
        final int code = CommandRunner.run(
                new CrashCommand(),
                "--rounds",
                "2",
                "--seed",
                "7",
                "--work",
                directory.resolve("work").toString(),
                "--out",
                report.toString());
        final String said = Files.readString(report);
        assertEquals(0, code, said);
        assertTrue(said.contains("2 rounds in ") && said.contains("2 ended as they have to"), said);
        // What a kill of PostgreSQL proves depends on it.
        assertTrue(said.contains("`fsync=on`, `synchronous_commit=on`, `full_page_writes=on`"), said);
    }
}
