package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.testkit.PayloadBuilder;
import org.usagestreams.testkit.ProjectFiles;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The page of transcripts is what commands say of a running system, when they succeed and when they fail. {@code
 * -Dusage.docs.write=true} writes it anew.
 */
class TranscriptIT {
    private static final String PAGE = "docs/reference/transcripts.md";
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000d1";

    /** What differs from run to run, and what stands on the page instead; in this order. */
    private static final Map<String, String> VOLATILE = volatileTexts();

    @TempDir
    private Path folder;

    private static Map<String, String> volatileTexts() {
        final Map<String, String> texts = new LinkedHashMap<>();
        texts.put("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z?", "TIME");
        // Where a file without a date goes: the day of the upload.
        texts.put("(source=00000000-[-0-9a-d]+)/year=\\d{4}/month=\\d{2}/day=\\d{2}", "$1/year=YYYY/month=MM/day=DD");
        texts.put("\\b[0-9a-f]{16}\\b", "ID");
        texts.put("days from \\d{4}-\\d{2}-\\d{2} on", "days from DATE on");
        texts.put("(localhost|127\\.0\\.0\\.1):\\d+", "HOST:PORT");
        texts.put("\\b127\\.0\\.0\\.1\\b", "HOST");
        texts.put("\\b[0-9a-f]{32}\\b", "ETAG");
        // Of a payload's bytes, which depend on the JVM's compression.
        texts.put("\\b[0-9a-f]{64}\\b", "SHA-256");
        // Of which partition a notification is follows from the object's key, and so from the day.
        texts.put("-\\d+@\\d+", "-PARTITION@OFFSET");
        texts.put("\\b1\\d{12}\\b", "MILLIS");
        // The client id of a processor without a name, and of a sink's task.
        texts.put("usage-summary-[0-9a-f-]{36}", "usage-summary-UUID");
        // How many revisions a day had depends on which of its files came together.
        texts.put("(?m)^(\\d{4}-\\d{2}-\\d{2}  \\S+ +\\S+ +)\\d+", "$1N");
        texts.put("[\\d,.]+ ?(ms|s|MB|kB|bytes)\\b", "N $1");
        texts.put(" {2,}", "  ");
        return texts;
    }

    @Test
    void shouldShowWhatCommandsSayOfARunningSystem() throws Exception {
        try (EmbeddedClusterFixture fixture = new EmbeddedClusterFixture(Map.of(), folder)) {
            Files.writeString(folder.resolve("text.parquet"), "namespace,pod\npayments,api-1\n");
            final Transcript transcript = new Transcript(fixture.settingsFile());
            transcript.call("topics diff");
            transcript.call("generate FOLDER/reports --days 1 --nodes 2 --namespaces 2 --pods 4");
            transcript.call("reference -f FOLDER/reports/reference.yaml --dry-run --csv");
            transcript.call("reference -f FOLDER/reports/reference.yaml");
            transcript.call("upload FOLDER/reports --wait");
            fixture.drained();
            transcript.call("status");
            transcript.call("status --days");
            transcript.call("validate --work FOLDER/validation");
            transcript.call("validate --work FOLDER/validation --json");
            fixture.cluster
                    .postgres()
                    .execute("UPDATE " + fixture.cluster.table() + " SET pod_usage_cpu_core_hours = 7"
                            + " WHERE namespace = 'Platform unallocated'");
            transcript.call("validate --work FOLDER/validation");
            transcript.call("validate --work FOLDER/validation --csv");
            transcript.call("replay --days --rewrite");
            fixture.drained();
            transcript.call("validate --work FOLDER/validation -s postgres.url=jdbc:postgresql://127.0.0.1:1/none");
            transcript.call("upload FOLDER/text.parquet --source " + SOURCE + " --type POD_USAGE --wait");
            transcript.call("status --failed");
            transcript.call("deadletters list");
            transcript.call("deadletters list --csv");
            transcript.call("deadletters show " + deadLetter(fixture));
            transcript.call("deadletters show no-such-id");
            transcript.call("deadletters retry --all");
            fixture.drained();
            transcript.call("deadletters discard --all");
            transcript.call("deadletters list");
            fixture.drained();
            EmbeddedClusterFixture.eventually(
                    "nothing cites it",
                    () -> !fixture.said("status", "--failed").out().contains("dead letter"));
            transcript.call("status --failed");
            transcript.call("wait FOLDER/reports");
            transcript.call("wait no/such/key.parquet");
            transcript.call("wait " + SOURCE + " --json");
            payload(transcript);
            transcript.call("reconcile --dry-run");
            transcript.call("replay --days --dry-run");
            transcript.call("replay --days");
            transcript.call("replay --from-bucket --dry-run");
            transcript.call("sink --orphans");
            transcript.call("sink --connect http://localhost:1");
            transcript.call("strimzi FOLDER/strimzi");
            transcript.call("topics show");
            transcript.call("readmit --source " + SOURCE + " --date 2025-11-03 --timeout 1s");
            transcript.call("threads 99");
            compare(transcript.page());
        }
    }

    private static String deadLetter(EmbeddedClusterFixture fixture) {
        final String listed = fixture.said("deadletters", "list").out();
        final Matcher id = Pattern.compile("(?m)^([0-9a-f]{16}) ").matcher(listed);
        assertThat(id.find()).as(listed).isTrue();
        return id.group(1);
    }

    /** What a cluster's operator sends, and what is no payload. */
    private void payload(Transcript transcript) throws IOException {
        final PayloadBuilder payload = PayloadBuilder.of("00000000-0000-4000-8000-0000000000d3");
        PayloadRows.draw(new Random(1)).forEach(payload::report);
        Files.write(folder.resolve("payload.tar.gz"), payload.bytes());
        Files.writeString(
                folder.resolve("cluster.yaml"),
                "organisation: org1234567\nclusters:\n  - {source: 00000000-0000-4000-8000-0000000000d2, cluster_id:"
                        + " test-cluster}\n");
        transcript.call("reference -f FOLDER/cluster.yaml");
        transcript.call("payload FOLDER/payload.tar.gz --organisation org1234567 --wait --timeout 5m");
        transcript.call("payload FOLDER/text.parquet --organisation org1234567 --wait --timeout 5m");
    }

    private final class Transcript {
        private final Path settings;
        private final List<String> parts = new ArrayList<>();

        Transcript(Path settings) {
            this.settings = settings;
        }

        void call(String call) {
            final StringWriter said = new StringWriter();
            final CommandLine line = CommandRunner.line(new Main());
            line.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
            line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
            final List<String> words = new ArrayList<>(Arrays.stream(call.split(" "))
                    .map(word -> word.replace("FOLDER", folder.toString()))
                    .toList());
            final boolean needsNoSystem = call.startsWith("generate ");
            if (!needsNoSystem) {
                words.addAll(List.of("-c", settings.toString()));
            }
            final int code = line.execute(words.toArray(String[]::new));
            final StringBuilder text = new StringBuilder("$ usage-streams ")
                    .append(stable(call).strip())
                    .append(needsNoSystem ? "" : " -c FILE");
            text.append('\n')
                    .append(stable(said.toString()))
                    .append("exit code ")
                    .append(code)
                    .append('\n');
            parts.add(text.toString());
        }

        private String stable(String said) {
            String text = said.replace(folder.toString(), "FOLDER");
            for (final Map.Entry<String, String> entry : VOLATILE.entrySet()) {
                text = text.replaceAll(entry.getKey(), entry.getValue());
            }
            return text.lines().map(String::stripTrailing).reduce("", (all, one) -> all + one + "\n");
        }

        String page() {
            final StringBuilder page = new StringBuilder("""
                # Transcripts of a running system

                This page shows the output and the exit codes of commands that succeed and commands that fail, to compare with yours. A test runs them
                on a new system and writes this page. Words in capitals replace times, ports and other values that differ each time. Columns are closer
                together than on a terminal.

                """);
            parts.forEach(part -> page.append("```text\n").append(part).append("```\n\n"));
            return page.toString().stripTrailing() + "\n";
        }
    }

    private static void compare(String expected) throws IOException {
        final Path file = ProjectFiles.of(PAGE);
        if (Boolean.getBoolean("usage.docs.write")) {
            Files.writeString(file, expected);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("%s; -Dusage.docs.write=true writes it", PAGE)
                .isEqualTo(expected);
    }
}
