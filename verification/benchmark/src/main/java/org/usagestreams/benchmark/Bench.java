package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.usagestreams.commandline.Folders;
import org.usagestreams.standalone.Fleet;
import org.usagestreams.validation.Validation;

/** A system that was started for a part of the benchmark, with its recordings; it leaves nothing behind. */
final class Bench implements AutoCloseable {
    private final Path directory;
    private final Fleet fleet;
    private final StageEvents events = new StageEvents();
    private final Target target;

    /**
     * Starts a system.
     *
     * @param directory a folder that is not there yet
     * @param settings settings that differ from the defaults
     */
    Bench(Path directory, Map<String, String> settings) throws Exception {
        this.directory = Files.createDirectories(directory);
        final Map<String, String> javaOptions = new HashMap<>();
        for (final Fleet.Part part : new Fleet.Part[] {Fleet.Part.SPLITTER, Fleet.Part.PROCESSOR}) {
            javaOptions.put(part.name(), StageEvents.javaOptions(recordings(part)));
        }
        fleet = Fleet.start(directory, new Fleet.Options(settings, javaOptions, false));
        try {
            target = new Target(fleet);
            events.follow(recordings(Fleet.Part.SPLITTER));
            events.follow(recordings(Fleet.Part.PROCESSOR));
        } catch (Exception e) {
            events.close();
            fleet.close();
            throw e;
        }
    }

    private Path recordings(Fleet.Part part) {
        return directory.resolve("recordings-" + part.name());
    }

    Target target() {
        return target;
    }

    Fleet fleet() {
        return fleet;
    }

    StageEvents events() {
        return events;
    }

    Path directory() {
        return directory;
    }

    /** Stops the processor and starts one with other settings. */
    void restartProcessor(Map<String, String> settings) throws IOException {
        fleet.stop(Fleet.Part.PROCESSOR);
        startProcessor(settings);
    }

    void startProcessor(Map<String, String> settings) throws IOException {
        Folders.delete(recordings(Fleet.Part.PROCESSOR));
        fleet.startService(Fleet.Part.PROCESSOR, settings);
        events.follow(recordings(Fleet.Part.PROCESSOR));
    }

    /** Compares the table with the bucket, and fails where they differ. */
    Validation.Outcome validate() throws Exception {
        final Validation.Outcome outcome = new Validation(fleet.settings(), directory.resolve("validation"), "4GB")
                .run(new Validation.Scope(null, null, null, 10));
        if (outcome.differing() > 0 || outcome.expected() == 0) {
            throw new IllegalStateException("the table is not what the bucket leads to: " + outcome.expected()
                    + " rows expected, " + outcome.found() + " found, " + outcome.differing() + " differ:\n"
                    + String.join("\n", outcome.differences()));
        }
        return outcome;
    }

    /** CPU seconds of each part up to now, by its name for people. */
    Map<String, Double> cpuSeconds() throws IOException {
        final Map<String, Double> seconds = new LinkedHashMap<>();
        for (final Fleet.Part part : Fleet.Part.values()) {
            seconds.put(part.title(), ProcessUsage.cpuSeconds(fleet.pid(part)));
        }
        seconds.put("PostgreSQL", ProcessUsage.treeCpuSeconds(fleet.postgresPid()));
        return seconds;
    }

    /** Greatest resident memory of each JVM since {@link #resetPeaks}, and what PostgreSQL takes now. */
    Map<String, Long> peakBytes() throws IOException {
        final Map<String, Long> bytes = new LinkedHashMap<>();
        for (final Fleet.Part part : Fleet.Part.values()) {
            bytes.put(part.title(), ProcessUsage.peakBytes(fleet.pid(part)));
        }
        bytes.put("PostgreSQL", ProcessUsage.treeBytes(fleet.postgresPid()));
        return bytes;
    }

    void resetPeaks() {
        for (final Fleet.Part part : Fleet.Part.values()) {
            ProcessUsage.resetPeak(fleet.pid(part));
        }
    }

    /** Bytes of the files below a folder whose path matches. */
    static long bytes(Path directory, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(wanted)
                    .mapToLong(Bench::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    @Override
    public void close() throws IOException, SQLException {
        events.close();
        target.close();
        fleet.close();
        Folders.delete(directory);
    }
}
