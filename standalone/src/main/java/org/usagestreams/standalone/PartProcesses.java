package org.usagestreams.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.usagestreams.standalone.ProcessCluster.Part;

/** The parts of a system that are JVMs of their own: started, ended and killed. Not thread-safe. */
final class PartProcesses {
    private static final long END_SECONDS = 40;
    private static final int LAST_LINES = 30;

    /** System property: JVM options of all parts besides, split at spaces. */
    private static final String OPTIONS = "usage.parts.java.options";

    /** System property: the class path of all parts, where it is not that of this JVM. */
    private static final String CLASS_PATH = "usage.parts.class.path";

    private final Path directory;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    /**
     * None yet.
     *
     * @param directory keeps what each of them has, and its log
     */
    PartProcesses(Path directory) {
        this.directory = directory;
    }

    /**
     * How a part is started.
     *
     * @param port that it listens at; 0 where it is a service
     * @param advertised the port that a broker names to its clients
     * @param config a file of settings; null where it needs none
     * @param javaOptions of its JVM beside those that all have, split at spaces
     */
    record Start(int port, int advertised, Path config, String javaOptions) {}

    /**
     * Starts a part, and waits until it is ready.
     *
     * @param number which of several of its kind
     * @throws IOException where it ends before
     */
    void start(Part part, int number, Start how) throws IOException {
        final String name = name(part, number);
        final Path log = log(name);
        final Process process = new ProcessBuilder(command(part, name, how))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        processes.put(name, process);
        final BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.equals(PartCommand.READY)) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("the " + part.title() + " did not start: " + lastLines(log));
        }
        final Thread drain = new Thread(() -> out.lines().forEach(said -> {}), name + "-output");
        drain.setDaemon(true);
        drain.start();
    }

    /** What a part logged last: its folder may be gone when somebody looks for the reason. */
    private static String lastLines(Path log) throws IOException {
        final List<String> lines = Files.readString(log).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    private List<String> command(Part part, String name, Start how) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + part.heapMegabytes() + "m");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Dusage.log.level=info");
        command.add("-Dusage.log.libraries=warn");
        if (part.isService()) {
            // As the scripts start them.
            command.add("-XX:+UseParallelGC");
        }
        addWords(command, how.javaOptions());
        addWords(command, System.getProperty(OPTIONS, ""));
        final String classPath = System.getProperty(CLASS_PATH, System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        command.addAll(List.of("part", part.name(), "--port", Integer.toString(how.port())));
        command.addAll(List.of("--data", directory.resolve(name).toString()));
        if (part == Part.BROKER) {
            command.addAll(List.of("--advertised", Integer.toString(how.advertised())));
            command.addAll(List.of(
                    "--controller", directory.resolve(name(Part.CONTROLLER, 0)).toString()));
        }
        if (how.config() != null) {
            command.addAll(List.of("-c", how.config().toString()));
        }
        return command;
    }

    private static void addWords(List<String> command, String words) {
        if (!words.isEmpty()) {
            command.addAll(List.of(words.split(" ", -1)));
        }
    }

    /**
     * Ends a part as SIGTERM does, and waits for it; nothing where it does not run.
     *
     * @throws IOException where it does not end in time; it is killed then
     */
    void stop(Part part, int number) throws IOException {
        final Process process = processes.remove(name(part, number));
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the " + part.title() + " did not end within " + END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a part as SIGKILL does; nothing where it does not run. */
    void kill(Part part, int number) {
        final Process process = processes.remove(name(part, number));
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Whether there is one of this kind. */
    boolean isStarted(Part part) {
        return processes.containsKey(name(part, 0));
    }

    /** The process of the first of its kind, which runs. */
    long pid(Part part) {
        return processes.get(name(part, 0)).pid();
    }

    /** Fails where a part has ended by itself. */
    void requireAlive() {
        processes.forEach((name, process) -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " has ended with " + process.exitValue() + ": see " + log(name));
            }
        });
    }

    /** What a part writes to standard error. */
    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private static String name(Part part, int number) {
        return part.name().toLowerCase(Locale.ROOT) + (number == 0 ? "" : "-" + number);
    }
}
