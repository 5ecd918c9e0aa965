package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Describes the machine of the measurement. */
final class Machine {
    private Machine() {}

    /** One line about processor, memory, system and JDK. */
    static String describe() {
        return Runtime.getRuntime().availableProcessors() + " cores"
                + of("/proc/cpuinfo", "model name", ", ", text -> text)
                + of("/proc/meminfo", "MemTotal", ", memory ", Machine::gigabytes) + ", "
                + System.getProperty("os.name") + ", JDK "
                + Runtime.version().feature();
    }

    /** The kernel tells kibibytes. */
    private static String gigabytes(String kibibytes) {
        return Math.round(Long.parseLong(kibibytes.split(" ", 2)[0]) / (double) (1 << 20)) + " GiB";
    }

    private static String of(String file, String name, String prefix, UnaryOperator<String> shown) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> prefix
                            + shown.apply(line.substring(line.indexOf(':') + 1).strip()))
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
