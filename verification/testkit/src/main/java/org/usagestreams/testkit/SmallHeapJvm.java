package org.usagestreams.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM for tests of memory: a class of the test's class path in a small heap, with the options of the images and scripts. Out of
 * memory, it ends with {@link #OUT_OF_MEMORY}.
 */
public final class SmallHeapJvm {
    /** The exit code of a JVM that ends because it is out of memory. */
    public static final int OUT_OF_MEMORY = 3;

    private SmallHeapJvm() {}

    /**
     * A process to be started. What it logs, and its errors, go to its output.
     *
     * @param heap as {@code -Xmx} takes it, such as 256m
     * @param logLevel of our own lines
     */
    public static ProcessBuilder of(String heap, String logLevel, Class<?> main, String... arguments) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseParallelGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=1",
                "-Dusage.log.level=" + logLevel,
                "-Dusage.log.libraries=error",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }
}
