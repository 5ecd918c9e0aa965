package org.usagestreams.summarizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.chunk.DayKey;

/**
 * Names the days that an instance works on, in files, for its next start: a process that runs out of memory ends at once and cannot log
 * anything. A day is noted when it needs more than a turn. Its note is deleted when the day is finished or released, so a note that is
 * found at a start belongs to a day that the process worked on when it ended.
 *
 * <p>A process may be ended for other reasons. It ran out of memory over a day if the note says that the heap was nearly full.
 * Otherwise it is taken to have done so when it was ended at the same day {@value #ENDS} times in a row.
 *
 * <p>The files are no part of the state, which an abort rolls back. If they cannot be written, days are summarised all the same.
 * Thread-safe.
 */
final class DayNotes {
    /** So often a process may be ended at a day while its heap is not full. */
    static final int ENDS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(DayNotes.class);
    private static final String SUFFIX = ".day";

    private final Path folder;
    private final Heap heap;

    /** Days that have a file. */
    private final Map<DayKey, Note> notes = new HashMap<>();

    /** Days that the process ran out of memory over. */
    private final Set<DayKey> tooLarge = new HashSet<>();

    /** The memory of this process. */
    interface Heap {
        /** Whether little was left of it after the last collection. */
        boolean isNearlyFull();

        /** How large it may become. */
        long bytes();
    }

    private enum State {
        /** The process was ended at the day; it has not come to it again. */
        BEFORE,
        AT_HAND,
        AT_HAND_AND_HEAP_FULL
    }

    /**
     * What a file says of a day.
     *
     * @param ends how often in a row the process was ended at it
     */
    private record Note(int ends, State state) {}

    private DayNotes(Path folder, Heap heap) {
        this.folder = folder;
        this.heap = heap;
    }

    /** Takes no notes. */
    static DayNotes none(Heap heap) {
        return new DayNotes(null, heap);
    }

    /** Reads what the process before has left in the folder, and goes on there. */
    static DayNotes open(Path folder, Heap heap) {
        final DayNotes opened = new DayNotes(folder, heap);
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (final Path file : files) {
                    opened.take(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("Cannot read notes of days in {}: {}. Make the folder writable.", folder, e.toString());
        }
        return opened;
    }

    private void take(Path file) throws IOException {
        final List<String> lines = Files.readAllLines(file);
        Files.delete(file);
        if (lines.size() != 3 || !file.toString().endsWith(SUFFIX)) {
            // It was being written.
            return;
        }
        final DayKey day = DayKey.parse(lines.get(0));
        final State state = State.valueOf(lines.get(2));
        if (state == State.BEFORE) {
            return;
        }
        final int ends = Integer.parseInt(lines.get(1)) + 1;
        if (state == State.AT_HAND_AND_HEAP_FULL || ends >= ENDS) {
            tooLarge.add(day);
            LOG.error(
                    "The processor ended while it summarised day {}, {}. The day is set aside.",
                    day,
                    ends >= ENDS ? ends + " times in a row" : "and its heap was full");
        } else {
            LOG.warn(
                    "The processor ended while it summarised day {}, {} times in a row. After {} times the day is set aside.",
                    day,
                    ends,
                    ENDS);
            write(day, new Note(ends, State.BEFORE));
        }
    }

    /** A day needs another turn: the process is at it from now on. */
    synchronized void begin(DayKey day) {
        final Note before = notes.get(day);
        if (before == null || before.state == State.BEFORE) {
            write(day, new Note(before == null ? 0 : before.ends, State.AT_HAND));
        }
    }

    /** Called between the steps of any day: notes when the heap has become full. */
    synchronized void look() {
        if (notes.isEmpty() || !heap.isNearlyFull()) {
            return;
        }
        for (final Map.Entry<DayKey, Note> note : Map.copyOf(notes).entrySet()) {
            if (note.getValue().state == State.AT_HAND) {
                LOG.warn("The heap of {} bytes is nearly full while day {} is summarised", heap.bytes(), note.getKey());
                write(note.getKey(), new Note(note.getValue().ends, State.AT_HAND_AND_HEAP_FULL));
            }
        }
    }

    /** The process is not at a day any more. */
    synchronized void end(DayKey day) {
        if (notes.remove(day) != null) {
            try {
                Files.deleteIfExists(file(day));
            } catch (IOException e) {
                LOG.warn("Cannot delete the note of day {}: {}", day, e.toString());
            }
        }
    }

    /** The memory was not enough for a day, but the process goes on. */
    synchronized void outOfMemory(DayKey day) {
        tooLarge.add(day);
        LOG.error("The processor ran out of memory while it summarised day {}. The day is set aside.", day);
    }

    /**
     * How large the heap is that was not enough for a day.
     *
     * @return 0 where nothing is known against the day
     */
    synchronized long tooSmallHeap(DayKey day) {
        return tooLarge.contains(day) ? heap.bytes() : 0;
    }

    /** A day begins with a clean record. */
    synchronized void forgive(DayKey day) {
        tooLarge.remove(day);
        end(day);
    }

    /** How large the heap may become, in bytes. */
    long heapBytes() {
        return heap.bytes();
    }

    private void write(DayKey day, Note note) {
        if (folder == null) {
            return;
        }
        notes.put(day, note);
        try {
            final Path part = Files.createTempFile(folder, "note-", ".part");
            Files.write(part, List.of(day.toString(), String.valueOf(note.ends), note.state.name()));
            Files.move(part, file(day), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("Cannot note in {} that day {} is summarised: {}", folder, day, e.toString());
        }
    }

    private Path file(DayKey day) {
        return folder.resolve(UUID.nameUUIDFromBytes(day.toString().getBytes(StandardCharsets.UTF_8)) + SUFFIX);
    }
}
