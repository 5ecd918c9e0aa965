package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.operations.reference.ReferenceFile;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** What a person types, as far as it takes no running system. */
class CommandTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ff";

    @TempDir
    private Path directory;

    private static int run(String... arguments) {
        return CommandRunner.run(new Main(), arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "splitter",
                "processor",
                "topics",
                "reference",
                "generate",
                "upload",
                "settings",
                "status",
                "wait",
                "reconcile",
                "deadletters",
                "readmit"
            })
    void shouldHelp(String command) {
        assertEquals(0, run(command, "--help"));
    }

    @Test
    void shouldShowCommandsByGroup() {
        assertThat(CommandRunner.line(new Main()).getUsageMessage(Ansi.OFF))
                .containsSubsequence(
                        "Run it",
                        " splitter ",
                        "Upload and watch",
                        " upload ",
                        "Repair",
                        " replay ",
                        "Operate",
                        " threads ",
                        "Develop and measure",
                        " generate ")
                .doesNotContain("Others");
    }

    @Test
    void shouldSuggestWhatAMistypedCommandCouldMean() {
        assertThat(error("statsu")).contains("There is no command 'statsu'. Did you mean status?");
        assertThat(error("topics", "gorw")).contains("There is no command 'gorw'. Did you mean grow?");
        assertThat(error("upload", "--wiat", "x")).contains("There is no option --wiat. Did you mean --wait?");
    }

    @Test
    void shouldReadTheOptionsOfTheCalledCommandOnly() {
        assertEquals(0, Main.run("settings", "--help"));
        assertEquals(2, Main.run("settngs"));
    }

    private static String error(String... arguments) {
        final StringWriter text = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main()).setErr(new PrintWriter(text));
        assertEquals(2, line.execute(arguments));
        return text.toString();
    }

    @Test
    void shouldTellWrongUsageFromFailure() {
        assertEquals(2, run("no-such-command"));
        assertEquals(2, run("generate"));
        assertEquals(2, run("generate", directory.toString(), "--pods", "0"));
        assertEquals(2, run("upload", "x", "--source", "no-uuid"));
        assertEquals(2, run("splitter", "-s", "splitter.threads=none"));
        assertEquals(1, run("upload", directory.resolve("missing.parquet").toString(), "--source", SOURCE));
        assertEquals(1, run("reference", "-f", directory.resolve("missing.yaml").toString()));
    }

    @Test
    void shouldGenerateTheSameFilesForTheSameOptions() throws IOException {
        for (final String name : List.of("a", "b")) {
            assertEquals(
                    0,
                    run(
                            "generate",
                            directory.resolve(name).toString(),
                            "--pods",
                            "5",
                            "--days",
                            "2",
                            "--clusters",
                            "2"));
        }
        try (Stream<Path> files = Files.walk(directory.resolve("a"))) {
            final List<Path> generated = files.filter(Files::isRegularFile).toList();
            assertEquals(2 * 2 * 4 + 1, generated.size());
            for (final Path file : generated) {
                final Path other =
                        directory.resolve("b").resolve(directory.resolve("a").relativize(file));
                assertEquals(-1, Files.mismatch(file, other), file.toString());
            }
        }
        assertEquals(
                2,
                ReferenceFile.read(directory.resolve("a/reference.yaml"))
                        .get(0)
                        .clusters()
                        .orElseThrow()
                        .size());
    }
}
