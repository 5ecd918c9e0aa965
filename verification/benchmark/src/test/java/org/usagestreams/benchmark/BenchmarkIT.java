package org.usagestreams.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.commandline.CommandRunner;

/** The benchmark at its least scale: parts as processes of their own, every row validated, a report. No time is asserted. */
class BenchmarkIT {
    @TempDir
    private Path directory;

    @Test
    void shouldValidateAndReportTheLeastScale() throws Exception {
        final Path out = directory.resolve("report");
        final int code = CommandRunner.run(
                new BenchmarkCommand(),
                "--scales",
                "22k",
                "--threads",
                "2",
                "--runs",
                "1",
                "--parts",
                "SCALES",
                "--work",
                directory.resolve("work").toString(),
                "--out",
                out.toString());
        assertEquals(0, code);
        final String report = Files.readString(out.resolve(Report.PAGE));
        // 936 pods, 94 claims and 9 nodes.
        assertTrue(report.contains("| 22k | 24,720 | 1,039 |"), report);
        assertTrue(report.contains("`scripts/benchmark --scales 22k --threads 2 --runs 1 --parts SCALES`"), report);
        assertTrue(report.contains("`fsync=on`, `synchronous_commit=on`, `full_page_writes=on`"), report);
        for (final String picture : List.of("scales-2.svg", "passed-2.svg", "memory-2.svg")) {
            assertTrue(report.contains("(" + picture + ")"), report);
            assertTrue(Files.readString(out.resolve(picture)).endsWith("</svg>\n"), picture);
        }
    }
}
