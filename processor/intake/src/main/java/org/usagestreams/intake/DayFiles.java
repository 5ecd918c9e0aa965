package org.usagestreams.intake;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.parquet.ZstdCompressor;

/**
 * The Parquet files of a payload, one for each report and usage date, within a budget of memory: the largest row group is written when
 * all of them together reach it. What is written depends on the rows alone. Not thread-safe.
 */
final class DayFiles implements Closeable {
    /** The default, 3, makes files an eighth smaller, and takes a fifth more time for a row. */
    private static final int COMPRESSION_LEVEL = 1;

    private final Path folder;
    private final PayloadLimits limits;
    private final long earliestDay;
    private final SortedMap<Day, DayFile> files = new TreeMap<>();
    private final int[] chosen = new int[RowBuffer.ROWS];
    private final ZstdCompressor compressor = new ZstdCompressor(COMPRESSION_LEVEL);
    private final boolean[] taken = new boolean[RowBuffer.ROWS];
    private long rows;
    private long withoutTime;
    private long beyondRetention;

    /**
     * No files yet.
     *
     * @param folder exists, and has no files of a payload
     * @param earliest rows of earlier dates are left out
     */
    DayFiles(Path folder, PayloadLimits limits, LocalDate earliest) {
        this.folder = folder;
        this.limits = limits;
        earliestDay = earliest.toEpochDay();
    }

    /** A report and a usage date. */
    record Day(PayloadReport report, LocalDate date) implements Comparable<Day> {
        private static final Comparator<Day> ORDER =
                Comparator.comparing(Day::date).thenComparing(Day::report);

        @Override
        public int compareTo(Day other) {
            return ORDER.compare(this, other);
        }
    }

    /** Adds all rows of a buffer, each to the file of its usage date. */
    void write(RowBuffer buffer) throws IOException {
        rows += buffer.rows();
        for (int row = 0; row < buffer.rows(); row++) {
            taken[row] = !buffer.hasStart(row);
            withoutTime += taken[row] ? 1 : 0;
        }
        for (int first = 0; first < buffer.rows(); first++) {
            if (!taken[first]) {
                write(buffer, first);
            }
        }
        keepWithinBudget();
    }

    private void write(RowBuffer buffer, int first) throws IOException {
        final long day = buffer.day(first);
        int count = 0;
        for (int row = first; row < buffer.rows(); row++) {
            if (!taken[row] && buffer.day(row) == day) {
                taken[row] = true;
                chosen[count++] = row;
            }
        }
        if (day < earliestDay) {
            beyondRetention += count;
            return;
        }
        final DayFile file = file(new Day(buffer.report(), LocalDate.ofEpochDay(day)));
        file.write(buffer, chosen, count);
        if (file.rowGroupRows() >= limits.rowGroupRows()) {
            file.endRowGroup();
        }
    }

    private DayFile file(Day day) throws IOException {
        final DayFile known = files.get(day);
        if (known != null) {
            return known;
        }
        final TreeSet<LocalDate> dates = new TreeSet<>();
        files.keySet().forEach(other -> dates.add(other.date()));
        dates.add(day.date());
        if (dates.size() > limits.dates()) {
            throw new RejectedPayloadException(
                    RejectionReason.TOO_MANY_DATES,
                    null,
                    "the rows have more than " + limits.dates() + " usage dates, " + dates.first() + " to "
                            + dates.last() + "");
        }
        final Path path = folder.resolve(day.report().segment() + "-" + day.date() + ".parquet");
        final DayFile file = new DayFile(path, day.report(), compressor);
        files.put(day, file);
        return file;
    }

    private void keepWithinBudget() throws IOException {
        long memory = 0;
        long disk = 0;
        for (final DayFile file : files.values()) {
            memory += file.memoryBytes();
            disk += file.fileBytes();
        }
        while (memory > limits.memoryBytes()) {
            DayFile largest = null;
            for (final DayFile file : files.values()) {
                if (largest == null || file.memoryBytes() > largest.memoryBytes()) {
                    largest = file;
                }
            }
            memory -= largest.memoryBytes();
            disk -= largest.fileBytes();
            largest.endRowGroup();
            disk += largest.fileBytes();
        }
        checkDisk(disk);
    }

    private void checkDisk(long bytes) throws RejectedPayloadException {
        if (bytes > limits.outputBytes()) {
            throw new RejectedPayloadException(
                    RejectionReason.TOO_MUCH_OUTPUT,
                    null,
                    "the payload becomes more than " + limits.outputBytes() + " bytes of Parquet");
        }
    }

    /** Ends all files: they are as they stay. */
    List<UnpackedObject> end(Manifest manifest, String name) throws IOException {
        final List<UnpackedObject> objects = new ArrayList<>();
        long bytes = 0;
        for (final Day day : files.keySet()) {
            final DayFile file = files.get(day);
            file.end();
            bytes += file.fileBytes();
            checkDisk(bytes);
            objects.add(new UnpackedObject(
                    day.report(),
                    day.date(),
                    name,
                    file.path(),
                    file.rows(),
                    manifest.id(),
                    manifest.hours(day.date())));
        }
        return objects;
    }

    long rows() {
        return rows;
    }

    long withoutTime() {
        return withoutTime;
    }

    long beyondRetention() {
        return beyondRetention;
    }

    /** Deletes the files. */
    void delete() throws IOException {
        close();
        for (final DayFile file : files.values()) {
            Files.deleteIfExists(file.path());
        }
    }

    @Override
    public void close() throws IOException {
        compressor.release();
        IOException failure = null;
        for (final DayFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
