package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.usagestreams.splitter.testing.FuzzFile;
import org.usagestreams.splitter.testing.SmallHeap;

/**
 * Random files that Parquet can parse are read or refused in a process with a heap of 256 MB, which goes on: nothing else is thrown,
 * the heap suffices, and time is bounded. How many: {@code -Dusage.fuzz=10000}; which: {@code -Dusage.fuzz.seed=1}.
 */
class FuzzFileIT {
    private static final int FILES = Integer.getInteger("usage.fuzz", 300);
    private static final long FIRST_SEED = Long.getLong("usage.fuzz.seed", 1);

    /** Of processor time, for a file of at most some megabytes. */
    private static final long MILLIS = 20_000;

    private static CompletableFuture<FuzzFile> file(long seed) {
        return CompletableFuture.supplyAsync(() -> FuzzFile.of(seed));
    }

    @Test
    void shouldReadOrRefuseRandomFilesInASmallHeap() throws IOException {
        int refused = 0;
        long longest = 0;
        try (SmallHeap splitter = new SmallHeap()) {
            CompletableFuture<FuzzFile> next = file(FIRST_SEED);
            for (int i = 0; i < FILES; i++) {
                final long seed = FIRST_SEED + i;
                final FuzzFile file = next.join();
                // Made while the process splits this one.
                next = file(seed + 1);
                final SmallHeap.Outcome outcome = splitter.split(file.report(), file.bytes());
                assertThat(outcome.isExpected())
                        .as("seed %d: %s", seed, outcome.what())
                        .isTrue();
                assertThat(outcome.cpuMillis()).as("seed %d", seed).isLessThan(MILLIS);
                refused += outcome.isRefused() ? 1 : 0;
                longest = Math.max(longest, outcome.cpuMillis());
            }
        }
        System.out.printf("fuzz: %d files, %d refused, at most %d ms for one%n", FILES, refused, longest);
        assertThat(refused).isBetween(FILES / 5, FILES * 4 / 5);
    }
}
