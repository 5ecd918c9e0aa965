package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.settings.Settings;
import org.usagestreams.testkit.ChildJvm;
import org.usagestreams.topics.TopicRole;

/** {@code reference --replace} asks on a real terminal, that of {@code script}, before it removes anything. */
class ReferenceQuestionIT {
    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir
    private static Path directory;

    private static BrokerFixture fixture;
    private static String topic;
    private static Path settingsFile;

    @BeforeAll
    static void start() throws Exception {
        fixture = new BrokerFixture(directory);
        final Settings settings = fixture.settings(Map.of("topics.partitions", "1"));
        fixture.make(settings.topics());
        topic = settings.topics().name(TopicRole.ENABLED_KEYS);
        settingsFile = directory.resolve("usage-streams.properties");
        Files.writeString(
                settingsFile,
                "topics.partitions=1\nkafka.bootstrap.servers=" + settings.text("kafka.bootstrap.servers") + "\n");
    }

    @AfterAll
    static void end() {
        if (fixture != null) {
            fixture.close();
        }
    }

    private record Said(int code, String out) {}

    private static List<String> replace(String keys) throws Exception {
        final Path file = directory.resolve("reference.yaml");
        Files.writeString(file, "{organisation: org1, enabled_keys: [" + keys + "]}");
        final List<String> command = ChildJvm.command("-Dusage.log.level=error", "-Dusage.log.libraries=error");
        command.addAll(List.of(
                "org.usagestreams.cli.Main",
                "reference",
                "--replace",
                "-f",
                file.toString(),
                "-c",
                settingsFile.toString()));
        return command;
    }

    private static Said run(List<String> command, String input) throws Exception {
        final Path typed = Files.writeString(directory.resolve("input"), input);
        final Path said = directory.resolve("output");
        final int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(typed.toFile())
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        return new Said(code, Files.readString(said, StandardCharsets.UTF_8));
    }

    private static Said onTerminal(String keys, String input) throws Exception {
        final List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "-qec"));
        command.add("'" + String.join("' '", replace(keys)) + "'");
        command.add("/dev/null");
        return run(command, input);
    }

    @Test
    void shouldAskOnATerminalBeforeItRemoves() throws Exception {
        assumeTrue(Files.isExecutable(SCRIPT) && System.getProperty("os.name").equals("Linux"), "script of util-linux");
        assertThat(onTerminal("app, tier", "").code())
                .as("nothing goes, so nobody is asked")
                .isZero();
        final Map<String, String> before = fixture.contents(topic);
        assertThat(before).hasSize(2);
        for (final String no : List.of("n\n", "\n", "")) {
            final Said said = onTerminal("app", no);
            assertThat(said.out())
                    .contains(
                            "organisation org1: enabled key tier removed",
                            "Remove this from 1 records? [y/N]",
                            "nothing was changed");
            assertThat(said.code()).isEqualTo(1);
            assertThat(fixture.contents(topic)).isEqualTo(before);
        }
        final Said said = onTerminal("app", "y\n");
        assertThat(said.out()).contains("0 added, 0 changed, 1 removed");
        assertThat(said.code()).isZero();
        assertThat(fixture.contents(topic)).hasSize(1);
    }

    @Test
    void shouldChangeNothingWithoutATerminal() throws Exception {
        final List<String> yes = new ArrayList<>(replace("app, tier"));
        yes.add("--yes");
        assertThat(run(yes, "").code()).isZero();
        final Map<String, String> before = fixture.contents(topic);
        final Said said = run(replace("app"), "y\n");
        assertThat(said.out()).contains("there is no terminal to ask for confirmation", "Confirm with --yes");
        assertThat(said.code()).isEqualTo(1);
        assertThat(fixture.contents(topic)).isEqualTo(before);
    }
}
