package org.usagestreams.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The resources that a process has used, from {@code /proc}; zero without it. */
final class ProcessUsage {
    /** Clock ticks a second of {@code /proc/PID/stat}; Linux reports 100 to programs whatever its own clock. */
    private static final double TICKS = 100.0;

    private ProcessUsage() {}

    /** CPU seconds of a process, its children's that have ended included. */
    static double cpuSeconds(long pid) {
        try {
            final String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name is in parentheses, and may hold anything.
            final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = 11; field <= 14; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            return ticks / TICKS;
        } catch (IOException e) {
            return 0;
        }
    }

    /** CPU seconds of a process and of all those below it. */
    static double treeCpuSeconds(long pid) {
        final ProcessHandle top = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(top), top.descendants())
                .mapToDouble(process -> cpuSeconds(process.pid()))
                .sum();
    }

    /** Greatest resident memory since {@link #resetPeak}, in bytes. */
    static long peakBytes(long pid) {
        return kilobytes(pid, "status", "VmHWM:") * 1024;
    }

    /** Memory of a process and of all those below it, shared memory once. */
    static long treeBytes(long pid) {
        final ProcessHandle top = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(top), top.descendants())
                        .mapToLong(process -> kilobytes(process.pid(), "smaps_rollup", "Pss:"))
                        .sum()
                * 1024;
    }

    /** Lets the greatest resident memory begin anew. */
    static void resetPeak(long pid) {
        try {
            Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
        } catch (IOException e) {
            // Then the peak is that of the process's whole life.
        }
    }

    private static long kilobytes(long pid, String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }
}
