package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the figures were measured on. */
final class Machine {
    private Machine() {}

    /** One line about processor, memory, system and JDK. */
    static String describe() {
        return Runtime.getRuntime().availableProcessors() + " cores" + of("/proc/cpuinfo", "model name", ", ")
                + of("/proc/meminfo", "MemTotal", ", memory ") + ", " + System.getProperty("os.name") + ", JDK "
                + Runtime.version().feature();
    }

    private static String of(String file, String name, String prefix) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> prefix + line.substring(line.indexOf(':') + 1).strip())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
