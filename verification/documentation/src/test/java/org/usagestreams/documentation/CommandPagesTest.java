package org.usagestreams.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.ProjectFiles;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The page of commands is made of the commands, and that of wrong usage of what they say. {@code -Dusage.docs.write=true} writes
 * both anew.
 */
class CommandPagesTest {
    private static final int WIDTH = 100;
    private static final boolean WRITE = Boolean.getBoolean("usage.docs.write");

    /** In the order of their use. */
    private static final Map<String, List<String>> GROUPS = groups();

    private static final List<String> WRONG = List.of(
            "topics",
            "topics shwo",
            "topics show -c missing.properties",
            "topics show -s no.such.setting=1",
            "splitter -s splitter.threads=none",
            "processor -s summary.quiet.ms=-1",
            "sink --sink other",
            "sink --create",
            "sink --watch",
            "upload",
            "upload missing.parquet",
            "upload FOLDER/text.parquet --source 00000000-0000-4000-8000-000000000001",
            "upload FOLDER/text.parquet --source cluster-1",
            "upload FOLDER/text.parquet --source 00000000-0000-4000-8000-000000000001 --type PODS",
            "upload --wiat reports",
            "wait",
            "wait reports --timeout soon",
            "status --state DONE",
            "status --date yesterday",
            "status --source cluster-1",
            "deadletters",
            "deadletters retry -s kafka.bootstrap.servers=localhost:1",
            "deadletters list --step PARSE",
            "reference",
            "reference -f missing.yaml",
            "reference -f FOLDER/text.parquet",
            "reference --follow --dry-run",
            "reference --from-postgres org1 --replace",
            "replay",
            "replay --days --from-bucket",
            "replay --days --from 2025-11-01",
            "readmit --source 00000000-0000-4000-8000-000000000001",
            "threads -s summary.state.dir=missing",
            "threads many",
            "fillfactor --percent 5",
            "generate",
            "generate FOLDER --pods 0",
            "generate FOLDER --labels XML",
            "reconcile --prefix",
            "strimzi",
            "benchmark --runs 0",
            "benchmark --scales 3k",
            "simulate --part other");

    @TempDir
    private Path folder;

    private static Map<String, List<String>> groups() {
        final Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put(
                "Run it", List.of("run", "splitter", "processor", "validator", "sink", "topics", "access", "strimzi"));
        groups.put("Upload and watch", List.of("upload", "wait", "status", "validate"));
        groups.put(
                "Operate and repair",
                List.of(
                        "threads",
                        "deadletters",
                        "reconcile",
                        "replay",
                        "readmit",
                        "reference",
                        "fillfactor",
                        "settings"));
        groups.put("Develop and measure", List.of("generate", "case", "benchmark", "crash", "simulate", "dashboard"));
        return groups;
    }

    @Test
    void shouldShowTheHelpOfEachCommand() throws IOException {
        final StringBuilder page = new StringBuilder("""
            # Commands

            For people who type them. It shows the help of every command, by purpose. `scripts/NAME` runs the command `NAME`; from an image,
            `usage-streams NAME`. A test writes this page from the commands.

            """);
        page.append("""
            ## Exit codes

            Every command ends with 0 if it did its work, 1 if it failed, and 2 if it was used wrongly or a setting is wrong. These commands have
            more:

            | command | code | meaning |
            | --- | --- | --- |
            """);
        GROUPS.values()
                .forEach(names -> names.forEach(name -> line(name)
                        .getCommandSpec()
                        .usageMessage()
                        .exitCodeList()
                        .forEach((code, meaning) -> {
                            if (Integer.parseInt(code.strip()) > 2) {
                                page.append("| `")
                                        .append(name)
                                        .append("` | ")
                                        .append(code.strip())
                                        .append(" | ")
                                        .append(meaning)
                                        .append(" |\n");
                            }
                        })));
        page.append("\n"
                + "`scripts/compose`, `scripts/test` and `scripts/sbom` are shell scripts; `scripts/test --help`"
                + " shows its options.\n");
        GROUPS.forEach((group, names) -> {
            page.append("\n## ").append(group).append('\n');
            for (final String name : names) {
                help(page, name, line(name));
            }
        });
        compare("docs/reference/commands.md", page.toString());
    }

    private static void help(StringBuilder page, String name, CommandLine line) {
        page.append("\n### ")
                .append(name)
                .append("\n\n```text\n")
                .append(usage(line))
                .append("```\n");
        line.getSubcommands()
                .forEach((sub, subcommand) ->
                        page.append("\n```text\n").append(usage(subcommand)).append("```\n"));
    }

    private static String usage(CommandLine line) {
        line.setUsageHelpWidth(WIDTH);
        return line.getUsageMessage(Ansi.OFF)
                .lines()
                .map(String::stripTrailing)
                .reduce("", (all, text) -> all + text + "\n");
    }

    private static CommandLine line(String name) {
        return Script.all().get(name).command().orElseThrow();
    }

    @Test
    void shouldShowEveryCommandThatIsThere() {
        final List<String> shown =
                GROUPS.values().stream().flatMap(List::stream).toList();
        assertThat(Script.all().entrySet().stream()
                        .filter(script -> script.getValue().command().isPresent())
                        .map(Map.Entry::getKey)
                        .filter(name -> !name.equals("usage-streams")))
                .isSubsetOf(shown);
    }

    @Test
    void shouldShowWhatCommandsSayToWrongUsage() throws IOException {
        Files.writeString(folder.resolve("text.parquet"), "namespace,pod\npayments,api-1\n");
        final StringBuilder page = new StringBuilder("""
            # What commands say to wrong usage

            For people who compare what they see. It shows calls that cannot work and what they answer, with the exit code. A test runs them and
            writes this page; `FOLDER/text.parquet` is a file of text.

            """);
        for (final String call : WRONG) {
            page.append("```text\n$ scripts/")
                    .append(call)
                    .append('\n')
                    .append(answer(call))
                    .append("```\n\n");
        }
        compare("docs/reference/wrong-usage.md", page.toString().stripTrailing() + "\n");
    }

    private String answer(String call) {
        final String[] words = call.split(" ");
        final Script.Call script = Script.all().get(words[0]).call().orElseThrow();
        final CommandLine line = script.program();
        final StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(WIDTH);
        final List<String> arguments = Arrays.stream(words)
                .skip(1)
                .map(word -> word.replace("FOLDER", folder.toString()))
                .toList();
        final int code = line.execute(script.arguments(arguments));
        final String said = out.toString()
                .replace(folder.toString(), "FOLDER")
                .replaceAll(Pattern.quote(Path.of("").toAbsolutePath() + "/"), "");
        return said.lines().map(String::stripTrailing).reduce("", (all, text) -> all + text + "\n") + "exit code "
                + code + "\n";
    }

    private static void compare(String name, String expected) throws IOException {
        final Path file = ProjectFiles.of(name);
        if (WRITE) {
            Files.writeString(file, expected);
        }
        assertThat(Optional.of(file)
                        .filter(Files::exists)
                        .map(Page::read)
                        .map(Page::lines)
                        .orElse(List.of()))
                .as("%s; -Dusage.docs.write=true writes it", name)
                .containsExactlyElementsOf(expected.lines().toList());
    }
}
