package org.usagestreams.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * JVMs that tests start with the classes of the whole system. They live for seconds: they have no C2, and map the classes that a
 * first one has loaded (class-data sharing). JDK 17 archives classes of jars only, and tests run on folders of classes, so these
 * JVMs run on the jars of Maven's build. Where Maven does not run the test, they run on the class path of the test.
 *
 * <p>Tests of speed or memory must not use it, and neither must JVMs that Java Flight Recorder records: JDK 17 has crashed there while it
 * loaded a class from the archive ({@code KlassFactory::check_shared_class_file_load_hook}). Safe for use by several threads and processes.
 */
public final class ChildJvm {
    /** System property: the file in which maven-dependency-plugin has written what standalone's jar needs, beside that jar. */
    private static final String LIST = "usage.system.class.path";

    private static final String STANDALONE = "org.usagestreams.standalone.Main";
    private static final int MAKE_MINUTES = 10;

    private ChildJvm() {}

    /**
     * The beginning of a command, to be followed by the name of a class and its arguments.
     *
     * @param more JVM options besides
     */
    public static List<String> command(String... more) {
        final List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(options());
        command.addAll(List.of(more));
        command.addAll(List.of("-cp", classPath()));
        return command;
    }

    /** From now on the parts that {@code ProcessCluster} starts in this JVM are started so. */
    public static void forParts() {
        System.setProperty("usage.parts.java.options", String.join(" ", options()));
        System.setProperty("usage.parts.class.path", classPath());
    }

    /** Whether there are jars that these JVMs run on. */
    public static boolean hasJars() {
        return System.getProperty(LIST) != null && Files.exists(list()) && Files.exists(jar());
    }

    private static List<String> options() {
        final List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        if (hasJars()) {
            options.add("-XX:SharedArchiveFile=" + archive());
            // A JVM that cannot use it goes on without, and warns.
            options.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr"));
        }
        return options;
    }

    private static String classPath() {
        return hasJars() ? jar() + File.pathSeparator + read(list()).strip() : System.getProperty("java.class.path");
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path list() {
        return Path.of(System.getProperty(LIST));
    }

    private static Path jar() {
        return list().resolveSibling("usage-streams-standalone.jar");
    }

    /** The archive of this JVM's version. The first test that needs it makes it, as does the first one after a change of a jar. */
    private static synchronized Path archive() {
        final Path archive = list().resolveSibling("classes-" + Runtime.version() + ".jsa");
        // Closing the channel gives the lock back.
        try (FileChannel channel = FileChannel.open(
                archive.resolveSibling("classes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            if (!isCurrent(archive)) {
                make(archive);
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static boolean isCurrent(Path archive) throws IOException {
        if (!Files.exists(archive)) {
            return false;
        }
        final long made = Files.getLastModifiedTime(archive).toMillis();
        for (final String entry : classPath().split(File.pathSeparator, -1)) {
            if (Files.getLastModifiedTime(Path.of(entry)).toMillis() > made) {
                return false;
            }
        }
        return true;
    }

    /** Runs the whole system once. */
    private static void make(Path archive) throws IOException, InterruptedException {
        final Path work = Files.createTempDirectory("usage-classes-");
        final Path made = archive.resolveSibling("classes.new");
        final Path output = work.resolve("output");
        final Process process = new ProcessBuilder(
                        java(),
                        "-XX:ArchiveClassesAtExit=" + made,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-Xlog:disable",
                        "-Dusage.log.level=error",
                        "-Dusage.log.libraries=error",
                        "-cp",
                        classPath(),
                        STANDALONE,
                        "run",
                        "--once",
                        "--kafka-port=0",
                        "--postgres-port=0",
                        "--s3-port=0",
                        "--connect-port=0",
                        "--data",
                        work.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(MAKE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0 || !Files.exists(made)) {
                // JVMs go on without an archive that they cannot read, so tests take longer and nothing else.
                System.err.println("Cannot make the archive of classes: " + read(output));
                Files.write(made, new byte[0]);
            }
            Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            process.destroyForcibly();
            remove(work);
        }
    }

    private static void remove(Path folder) throws IOException {
        final List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.collect(Collectors.toCollection(ArrayList::new));
        }
        for (int i = files.size() - 1; i >= 0; i--) {
            Files.delete(files.get(i));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
