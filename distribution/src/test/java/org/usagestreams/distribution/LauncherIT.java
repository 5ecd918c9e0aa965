package org.usagestreams.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.distribution.Installed.Said;

/** An installation as people have it: bin, lib and conf, with the launcher as it is shipped. */
class LauncherIT {
    @TempDir
    private static Path folder;

    private static Path launcher;

    @BeforeAll
    static void install() throws IOException {
        final Path home = Files.createDirectory(folder.resolve("usage-streams-1.0"));
        for (final String name : List.of("bin", "conf", "lib")) {
            Files.createDirectory(home.resolve(name));
        }
        launcher = home.resolve("bin/usage-streams");
        Files.copy(Path.of("src/main/bin/usage-streams").toAbsolutePath(), launcher);
        Files.copy(Path.of("src/main/conf/usage-streams.properties"), home.resolve("conf/usage-streams.properties"));
        try (Stream<Path> jars = Files.list(Path.of("target/lib").toAbsolutePath())) {
            for (final Path jar :
                    jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.createSymbolicLink(home.resolve("lib").resolve(jar.getFileName()), jar.toRealPath());
            }
        }
        for (final String name : List.of("help", "completion")) {
            Files.createSymbolicLink(home.resolve(name), Path.of("target", name).toRealPath());
        }
    }

    private static Said run(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        return Installed.run(folder, environment, words);
    }

    private static Said call(String... arguments) throws IOException, InterruptedException {
        return new Installed(launcher, folder).call(arguments);
    }

    @Test
    void shouldOfferAllCommandsByGroup() throws Exception {
        final Said said = call("--help");
        assertThat(said.err()).isEmpty();
        assertThat(said.code()).isZero();
        assertThat(said.out())
                .containsSubsequence(
                        "Run it",
                        " run ",
                        " validator ",
                        "Upload and watch",
                        " validate ",
                        "Repair",
                        "Operate",
                        "Develop",
                        " case ",
                        " benchmark ",
                        " crash ",
                        " simulate ")
                .doesNotContain("Others");
        assertThat(call("-h").out()).isEqualTo(said.out());
    }

    @Test
    void shouldPrintHelpVersionAndCompletionWithoutAJvm() throws Exception {
        final Map<String, String> noJvm =
                Map.of("JAVA_HOME", folder.resolve("none").toString());
        for (final String call : List.of(
                "--help",
                "-h",
                "--version",
                "-V",
                "status --help",
                "status -h",
                "topics grow --help",
                "topics grow -h",
                "completion")) {
            final Said said = run(noJvm, (launcher + " " + call).split(" "));
            assertThat(said.err()).as(call).isEmpty();
            assertThat(said.code()).as(call).isZero();
            assertThat(said.out()).as(call).isNotBlank();
        }
        assertThat(run(noJvm, launcher.toString(), "status").err()).startsWith("Cannot find a JVM.");
    }

    /** With a further option, the launcher leaves it to the JVM. */
    @Test
    void shouldPrintTheSameHelpWithAJvmAndWithout() throws Exception {
        assertThat(call("--help", "--quiet")).isEqualTo(call("--help"));
        assertThat(call("topics", "grow", "--help", "--quiet")).isEqualTo(call("topics", "grow", "--help"));
    }

    @Test
    void shouldLeaveWhatIsNoCommandToTheProgram() throws Exception {
        assertThat(call("statsu", "--help")).isEqualTo(call("statsu", "--help", "--quiet"));
        assertThat(call("../plain-80/status", "--help").out()).doesNotContain("Usage: usage-streams status");
    }

    /** The best of some calls, since other tests may take the CPU meanwhile. */
    @Test
    void shouldAnswerHelpWithin300Milliseconds() throws Exception {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            final long start = System.nanoTime();
            call("status", "--help");
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(300));
    }

    @Test
    void shouldStartCommandsFromSharedClasses() throws Exception {
        final Said first = call("status", "--help", "--quiet");
        assertThat(first.err()).isEmpty();
        assertThat(first.code()).isZero();
        final Path archive = launcher.resolveSibling("../lib/usage-streams.jsa");
        assertThat(archive).isNotEmptyFile();
        final var made = Files.getLastModifiedTime(archive);
        final Said second = run(
                Map.of("JAVA_OPTIONS", "-Xlog:class+load=info:file=" + folder.resolve("classes")),
                launcher.toString(),
                "status",
                "--help",
                "--quiet");
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(Files.readString(folder.resolve("classes"))
                        .lines()
                        .filter(line -> line.contains(" org.usagestreams.")))
                .isNotEmpty()
                .anySatisfy(line -> assertThat(line).contains("shared objects file (top)"));
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);
    }

    @Test
    void shouldPrintItsVersion() throws Exception {
        final Said said = call("--version");
        assertThat(said.err()).isEmpty();
        assertThat(said.code()).isZero();
        assertThat(said.out()).matches("usage-streams \\d+\\.\\d+\\.\\d+\\S*\\R");
        assertThat(call("status", "--version").out()).isEqualTo(said.out());
    }

    @Test
    void shouldEndWithTheCommandsExitCode() throws Exception {
        assertThat(call("upload", "missing.parquet", "-c", "none.properties").code())
                .isEqualTo(2);
        assertThat(call("upload", "missing.parquet").code()).isEqualTo(1);
        final Said mistyped = call("statsu");
        assertThat(mistyped.code()).isEqualTo(2);
        assertThat(mistyped.err()).contains("There is no command 'statsu'. Did you mean status?");
    }

    /** The whole pipeline in one process: with all that it needs, such as the connectors and their libraries, among the installed files. */
    @Test
    void shouldRunThePipeline() throws Exception {
        final Path golden = Path.of("../verification/golden/01-one-day").toAbsolutePath();
        final Said rows = call("case", golden.toString());
        assertThat(rows.err()).doesNotContain("Cannot");
        assertThat(rows.code()).isZero();
        assertThat(rows.out().lines().count()).isGreaterThan(1);
    }

    @Test
    void shouldReadTheSettingsOfTheInstallationThroughALink() throws Exception {
        final Path conf = launcher.resolveSibling("../conf/usage-streams.properties");
        final String shipped = Files.readString(conf);
        Files.writeString(conf, "topics.partitions=7\n");
        final Path link = Files.createSymbolicLink(folder.resolve("link"), folder.relativize(launcher));
        assertThat(run(Map.of(), link.toString(), "topics", "show").out()).contains("7 partitions");
        assertThat(run(Map.of("USAGE_TOPICS_PARTITIONS", "8"), link.toString(), "topics", "show")
                        .out())
                .contains("8 partitions");
        Files.writeString(conf, shipped);
    }

    @Test
    void shouldCompleteCommandsAndOptionsInBash() throws Exception {
        final Path script = folder.resolve("complete");
        Files.writeString(script, call("completion").out(), StandardCharsets.UTF_8);
        assertThat(completed(script, "usage-streams", "stat")).contains("status");
        assertThat(completed(script, "usage-streams", "upload", "--wa")).contains("--wait");
        assertThat(completed(script, "usage-streams", "topics", "gr")).contains("grow");
        assertThat(completed(script, "usage-streams", "status", "--state", "FA"))
                .contains("FAILED");
    }

    private List<String> completed(Path script, String... words) throws IOException, InterruptedException {
        final String line = String.join(" ", words);
        return run(
                        Map.of(),
                        "bash",
                        "-c",
                        "source " + script + "; COMP_WORDS=(" + line + "); COMP_CWORD=" + (words.length - 1)
                                + "; COMP_LINE='" + line + "'; _complete_usage-streams; echo \"${COMPREPLY[@]}\"")
                .out()
                .lines()
                .flatMap(text -> Stream.of(text.split(" ", -1)))
                .toList();
    }
}
