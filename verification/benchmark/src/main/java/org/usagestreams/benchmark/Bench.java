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
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.validation.Validation;

/** A system that was started for a part of the benchmark, with its recordings. Its files are deleted when it is closed. */
final class Bench implements AutoCloseable {
    private final Path directory;
    private final ProcessCluster cluster;
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
        for (final ProcessCluster.Part part :
                new ProcessCluster.Part[] {ProcessCluster.Part.SPLITTER, ProcessCluster.Part.PROCESSOR}) {
            javaOptions.put(part.name(), StageEvents.javaOptions(recordings(part)));
        }
        cluster = ProcessCluster.start(directory, new ProcessCluster.Options(settings, javaOptions, false));
        try {
            target = new Target(cluster);
            events.follow(recordings(ProcessCluster.Part.SPLITTER));
            events.follow(recordings(ProcessCluster.Part.PROCESSOR));
        } catch (Exception e) {
            events.close();
            cluster.close();
            throw e;
        }
    }

    private Path recordings(ProcessCluster.Part part) {
        return directory.resolve("recordings-" + part.name());
    }

    Target target() {
        return target;
    }

    ProcessCluster cluster() {
        return cluster;
    }

    StageEvents events() {
        return events;
    }

    Path directory() {
        return directory;
    }

    /** Stops the processor and starts one with other settings. */
    void restartProcessor(Map<String, String> settings) throws IOException {
        cluster.stop(ProcessCluster.Part.PROCESSOR);
        startProcessor(settings);
    }

    void startProcessor(Map<String, String> settings) throws IOException {
        Folders.delete(recordings(ProcessCluster.Part.PROCESSOR));
        cluster.startService(ProcessCluster.Part.PROCESSOR, settings);
        events.follow(recordings(ProcessCluster.Part.PROCESSOR));
    }

    /** Compares the table with the bucket, and fails where they differ. */
    Validation.Outcome validate() throws Exception {
        final Validation.Outcome outcome = new Validation(cluster.settings(), directory.resolve("validation"), "4GB")
                .run(new Validation.Scope(null, null, null, 10));
        if (outcome.differing() > 0 || outcome.expected() == 0) {
            throw new IllegalStateException("The table differs from the summary of the bucket: " + outcome.expected()
                    + " rows expected, " + outcome.found() + " found, " + outcome.differing() + " differ:\n"
                    + String.join("\n", outcome.differences()));
        }
        return outcome;
    }

    /** CPU seconds of each part up to now, by its name for people. */
    Map<String, Double> cpuSeconds() throws IOException {
        final Map<String, Double> seconds = new LinkedHashMap<>();
        for (final ProcessCluster.Part part : cluster.parts()) {
            seconds.put(part.title(), ProcessUsage.cpuSeconds(cluster.pid(part)));
        }
        seconds.put("PostgreSQL", ProcessUsage.treeCpuSeconds(cluster.postgresPid()));
        return seconds;
    }

    /** Greatest resident memory of each JVM since {@link #resetPeaks}, and what PostgreSQL takes now. */
    Map<String, Long> peakBytes() throws IOException {
        final Map<String, Long> bytes = new LinkedHashMap<>();
        for (final ProcessCluster.Part part : cluster.parts()) {
            bytes.put(part.title(), ProcessUsage.peakBytes(cluster.pid(part)));
        }
        bytes.put("PostgreSQL", ProcessUsage.treeBytes(cluster.postgresPid()));
        return bytes;
    }

    void resetPeaks() {
        for (final ProcessCluster.Part part : cluster.parts()) {
            ProcessUsage.resetPeak(cluster.pid(part));
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
        cluster.close();
        Folders.delete(directory);
    }
}
