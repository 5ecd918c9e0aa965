package org.usagestreams.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.CommandGroup;
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

    private static final List<String> WRONG = List.of(
            "statsu",
            "--hlep",
            "topics",
            "topics shwo",
            "topics show -c missing.properties",
            "topics show -s no.such.setting=1",
            "intake -s intake.threads=none",
            "splitter -s splitter.threads=none",
            "processor -s summary.quiet.ms=-1",
            "validator -s validation.share=2",
            "console -s console.http.port=none",
            "run --kafka-port none",
            "access",
            "access show -s no.such.setting=1",
            "settings --csv --json",
            "completion fish",
            "sink --sink other",
            "sink --create",
            "sink --watch",
            "sink --delete",
            "sink --connect http://localhost:1",
            "sink --csv",
            "upload",
            "upload missing.parquet",
            "upload FOLDER/text.parquet --source 00000000-0000-4000-8000-000000000001",
            "upload FOLDER/text.parquet --source cluster-1",
            "upload FOLDER/text.parquet --source 00000000-0000-4000-8000-000000000001 --type PODS",
            "upload --wiat reports",
            "payload missing.tar.gz",
            "payload missing.tar.gz --organisation org1 -s store.endpoint=http://localhost:1",
            "wait",
            "wait reports --timeout soon",
            "status --state DONE",
            "status --date yesterday",
            "status --source cluster-1",
            "status --csv --json",
            "status -s postgres.url=jdbc:postgresql://localhost:1/usage",
            "wait key -s store.endpoint=http://localhost:1",
            "topics diff -s kafka.bootstrap.servers=localhost:1,localhost:2",
            "deadletters",
            "deadletters retry -s kafka.bootstrap.servers=localhost:1",
            "deadletters list --step PARSE",
            "reference",
            "reference -f missing.yaml",
            "reference -f FOLDER/text.parquet",
            "reference --follow --dry-run",
            "reference -f FOLDER/text.parquet --json",
            "reference --from-postgres org1 --replace",
            "replay",
            "replay --days --from-bucket",
            "replay --days --from 2025-11-01",
            "readmit --source 00000000-0000-4000-8000-000000000001",
            "threads 4 -s summary.state.dir=missing",
            "threads many",
            "fillfactor --percent 5",
            "generate",
            "generate FOLDER --pods 0",
            "generate FOLDER --labels XML",
            "generate FOLDER --profile tiny",
            "reconcile --prefix",
            "strimzi",
            "validate --json --csv",
            "case",
            "case missing",
            "crash --rounds none",
            "dashboard",
            "benchmark --runs 0",
            "benchmark --scales 3k",
            "simulate --part other");

    private static final CommandLine PROGRAM = Script.program();

    @TempDir
    private Path folder;

    @Test
    void shouldShowTheHelpOfEachCommand() throws IOException {
        final StringBuilder page = new StringBuilder("""
            # Commands

            This page shows the help of every command, by purpose. `usage-streams` is on the PATH of the images and in `bin/` of the
            [installation](../how-to/install.md). In a checkout it is `scripts/usage-streams`, and `scripts/NAME` is short for
            `scripts/usage-streams NAME`. A test writes this page from the commands.

            """);
        page.append("""
            ## Exit codes

            Every command exits with 0 if it succeeded, 1 if it failed, and 2 if its usage or a setting is wrong. These commands have more exit
            codes:

            | command | code | meaning |
            | --- | --- | --- |
            """);
        names().forEach(name -> line(name)
                .getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> page.append("| `")
                        .append(name)
                        .append("` | ")
                        .append(code.strip())
                        .append(" | ")
                        .append(meaning)
                        .append(" |\n")));
        page.append("\n"
                + "`scripts/compose`, `scripts/test` and `scripts/sbom` are shell scripts; `scripts/test --help`"
                + " shows its options.\n");
        page.append("""

            ## Output

            - Commands that list print a table. On a terminal, keys are shortened in the middle until a row fits; if it still does not, each row
              becomes a block of lines. In a file or a pipe nothing is shortened.
            - `--json` prints one JSON object per line, `--csv` CSV (RFC 4180, lines end with CRLF). In CSV, a text that a spreadsheet would take
              for a formula begins with an apostrophe.
            - What was asked for goes to standard output; progress and errors go to standard error. `--quiet` prints no progress, and nothing of
              what was done.
            - Without a terminal at standard error, progress is a line at the beginning, one every ten seconds, and one at the end.
            - Colours are used on a terminal only, and not if the environment variable `NO_COLOR` is set.
            - Ctrl-C ends a command that waits, and prints what remains and how to go on.
            - A command that cannot reach Kafka, the object store or PostgreSQL says so within ten seconds, with the address and its setting.
            """);
        page.append("\n## All commands\n\n```text\n").append(usage(PROGRAM)).append("```\n");
        for (final CommandGroup group : CommandGroup.values()) {
            page.append("\n## ").append(group.title()).append('\n');
            for (final String name : group.commands()) {
                help(page, name, line(name));
            }
        }
        compare("docs/reference/commands.md", page.toString());
    }

    private static List<String> names() {
        return Arrays.stream(CommandGroup.values())
                .flatMap(group -> group.commands().stream())
                .toList();
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
        return PROGRAM.getSubcommands().get(name);
    }

    @Test
    void shouldHaveAGroupForEachCommand() {
        assertThat(names())
                .containsExactlyInAnyOrderElementsOf(PROGRAM.getSubcommands().keySet());
    }

    @Test
    void shouldShowWhatCommandsSayToWrongUsage() throws IOException {
        Files.writeString(folder.resolve("text.parquet"), "namespace,pod\npayments,api-1\n");
        final StringBuilder page = new StringBuilder("""
            # Wrong usage

            This page shows the output and the exit codes of calls that cannot work, to compare with yours. A test runs them and writes this page.
            `FOLDER/text.parquet` is a text file.

            """);
        for (final String call : WRONG) {
            page.append("```text\n$ usage-streams ")
                    .append(call)
                    .append('\n')
                    .append(answer(call))
                    .append("```\n\n");
        }
        compare("docs/reference/wrong-usage.md", page.toString().stripTrailing() + "\n");
    }

    private String answer(String call) {
        final CommandLine line = PROGRAM;
        final StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(WIDTH);
        final int code = line.execute(Arrays.stream(call.split(" "))
                .map(word -> word.replace("FOLDER", folder.toString()))
                .toArray(String[]::new));
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
