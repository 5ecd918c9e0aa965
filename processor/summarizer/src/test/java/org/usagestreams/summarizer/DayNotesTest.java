package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.wire.chunk.DayKey;

/** What the next start knows of a process that was ended. */
class DayNotesTest {
    private static final long BYTES = 256 << 20;
    private static final DayKey DAY = new DayKey("org", "source", LocalDate.parse("2025-11-03"));
    private static final DayKey OTHER = new DayKey("org", "source", LocalDate.parse("2025-11-04"));

    @TempDir
    private Path folder;

    private boolean full;

    private DayNotes start() {
        return DayNotes.open(folder, new DayNotes.Heap() {
            @Override
            public boolean isNearlyFull() {
                return full;
            }

            @Override
            public long bytes() {
                return BYTES;
            }
        });
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void shouldKnowTheDayThatTheProcessWasAtWhenItsHeapWasFull() throws IOException {
        final DayNotes before = start();
        before.begin(DAY);
        before.begin(OTHER);
        before.end(OTHER);
        full = true;
        before.look();
        final DayNotes now = start();
        assertThat(now.tooSmallHeap(DAY)).isEqualTo(BYTES);
        assertThat(now.tooSmallHeap(OTHER)).isZero();
        now.forgive(DAY);
        assertThat(now.tooSmallHeap(DAY)).isZero();
        assertThat(files()).isZero();
    }

    @Test
    void shouldHoldNothingAgainstADayThatWasFinishedThoughTheHeapWasFull() throws IOException {
        final DayNotes before = start();
        before.begin(DAY);
        full = true;
        before.look();
        before.end(DAY);
        assertThat(files()).isZero();
        assertThat(start().tooSmallHeap(DAY)).isZero();
    }

    @Test
    void shouldNotHoldAKillAgainstADay() {
        start().begin(DAY);
        final DayNotes now = start();
        assertThat(now.tooSmallHeap(DAY)).isZero();
        now.begin(DAY);
        now.end(DAY);
        start().begin(DAY);
        assertThat(start().tooSmallHeap(DAY)).as("it was finished in between").isZero();
    }

    @Test
    void shouldSuspectADayThatTheProcessIsEndedAtTimeAndAgain() {
        for (int i = 1; i < DayNotes.ENDS; i++) {
            final DayNotes notes = start();
            assertThat(notes.tooSmallHeap(DAY)).isZero();
            notes.begin(DAY);
        }
        final DayNotes notes = start();
        assertThat(notes.tooSmallHeap(DAY)).isZero();
        notes.begin(DAY);
        assertThat(start().tooSmallHeap(DAY)).isEqualTo(BYTES);
    }

    @Test
    void shouldForgetADayThatTheProcessDidNotComeToAgain() throws IOException {
        start().begin(DAY);
        start();
        start();
        assertThat(files()).isZero();
    }

    @Test
    void shouldSetADayAsideWhereTheProcessGoesOn() {
        final DayNotes notes = start();
        notes.outOfMemory(DAY);
        assertThat(notes.tooSmallHeap(DAY)).isEqualTo(BYTES);
    }

    @Test
    void shouldGoOnWithoutNotesWhereThereIsNoFolderForThem() throws IOException {
        folder = Files.createFile(folder.resolve("file"));
        final DayNotes notes = start();
        notes.begin(DAY);
        notes.look();
        notes.end(DAY);
        assertThat(notes.tooSmallHeap(DAY)).isZero();
    }
}
