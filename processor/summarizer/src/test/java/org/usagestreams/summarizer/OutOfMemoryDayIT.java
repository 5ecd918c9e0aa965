package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.SmallHeapJvm;

/** A day that ends the process for lack of memory is named in the log of the next start and set aside, and others go on. */
class OutOfMemoryDayIT {
    private static final long MINUTES = 5;

    @TempDir
    private Path folder;

    private Path said;

    private int run(String name) throws Exception {
        said = folder.resolve(name);
        final Process process = SmallHeapJvm.of(
                        "64m",
                        "warn",
                        SummariseInSmallHeap.class,
                        folder.resolve("notes").toString())
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("it ends").isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isIn(0, SmallHeapJvm.OUT_OF_MEMORY);
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> lines(String word) throws IOException {
        try (Stream<String> lines = Files.lines(said)) {
            return lines.filter(line -> line.contains(word)).toList();
        }
    }

    @Test
    void shouldSetADayAsideThatTheProcessRanOutOfMemoryOver() throws Exception {
        int ends = 0;
        while (run("run-" + ends) != 0) {
            ends++;
            assertThat(ends)
                    .as("so often the process may end: %s", Files.readString(said))
                    .isLessThanOrEqualTo(DayNotes.ENDS);
        }
        assertThat(ends).as("it ran out of memory: %s", Files.readString(said)).isPositive();
        // A full heap is not always seen before the allocation that ends the process. Then the number of ends tells.
        assertThat(lines("ended while it summarised day"))
                .as(Files.readString(said))
                .singleElement()
                .asString()
                .contains(SummariseInSmallHeap.LARGE, "The day is set aside");
        assertThat(lines("rows "))
                .singleElement()
                .asString()
                .contains(SummariseInSmallHeap.SMALL)
                .doesNotContain(SummariseInSmallHeap.LARGE);
        assertThat(lines("letter "))
                .singleElement()
                .asString()
                .contains("SUMMARISE", SummariseInSmallHeap.LARGE, "ran out of memory over it, with a heap of");
    }
}
