package org.usagestreams.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ProjectFiles;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicSpec;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.ledger.UploadState;

/** The reference pages name what the code has. */
class ReferencePagesTest {
    private static final Pattern TABLE = Pattern.compile(
            "CREATE TABLE IF NOT EXISTS [^(]*?([a-z_]+|\\$\\{setting:postgres\\.table\\})\"? \\((.*?)\\n\\)",
            Pattern.DOTALL);
    private static final Pattern METRIC = Pattern.compile("\"(usage_streams_[a-z_]+)\"");

    private static Page page(String name) {
        return Page.read(ProjectFiles.of("docs/" + name));
    }

    @Test
    void shouldListEachColumnOfEachReport() {
        final Page page = page("reference/input.md");
        final List<String> missing = new ArrayList<>();
        for (final ReportType type : ReportType.values()) {
            final String name = type.name().charAt(0)
                    + type.name().substring(1).replace('_', ' ').toLowerCase(Locale.ROOT);
            final String section = page.section(name);
            assertThat(section).as(name).contains(type.longSegment(), type.shortSegment());
            for (final ColumnSpec column : type.columns()) {
                final Pattern row = Pattern.compile("(?m)^\\| `" + column.name() + "` \\| "
                        + column.kind().name().toLowerCase(Locale.ROOT) + " \\|[^|]*\\| " + yes(column.required())
                        + " \\| " + yes(column.filled()) + " \\|$");
                if (!row.matcher(section).find()) {
                    missing.add(name + ": " + row);
                }
            }
            assertThat(section.lines().filter(line -> line.startsWith("| `")))
                    .as(name)
                    .hasSize(type.columns().size());
        }
        assertThat(missing).isEmpty();
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }

    @Test
    void shouldListEachColumnOfEachTable() throws IOException {
        final Page page = page("reference/tables.md");
        final List<String> missing = new ArrayList<>();
        int tables = 0;
        for (final String file :
                List.of("daily-summary.sql", "daily-summary-status.sql", "upload-ledger.sql", "console-audit.sql")) {
            final Matcher table = TABLE.matcher(
                    Files.readString(ProjectFiles.of("connectors/src/main/resources/connectors/" + file)));
            while (table.find()) {
                tables++;
                final String name = table.group(1);
                if (name.equals("sink_set_aside_row")) {
                    continue; // The summary's columns again.
                }
                final String section = page.section(
                        name.startsWith("$")
                                ? "The daily summary"
                                : name.equals("sink_set_aside") ? "sink_set_aside and sink_set_aside_row" : name);
                for (final String line :
                        table.group(2).lines().map(String::strip).toList()) {
                    final String column = line.replaceFirst(" .*", "");
                    if (line.matches("[a-z_]+ .*") && !section.contains("`" + column + "`")) {
                        missing.add(name + "." + column);
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(tables).isEqualTo(8);
    }

    @Test
    void shouldListEachTopic() {
        final Page page = page("reference/topics.md");
        final List<String> missing = new ArrayList<>();
        for (final TopicSpec topic : TopicCatalog.shipped().all()) {
            final String row = page.prose().values().stream()
                    .filter(line -> line.startsWith("| `" + topic.name() + "` |"))
                    .findFirst()
                    .orElse("");
            if (!row.contains("| " + topic.partitions() + (topic.scaled() ? ", scaled" : "") + " |")) {
                missing.add(topic.name() + " with " + topic.partitions() + " partitions");
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldListEachMetric() throws IOException {
        final Set<String> metrics = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ProjectFiles.of("processor"))) {
            for (final Path file : files.filter(file ->
                            file.toString().endsWith(".java") && file.toString().contains("/src/main/"))
                    .toList()) {
                final Matcher metric = METRIC.matcher(Files.readString(file));
                while (metric.find()) {
                    metrics.add(metric.group(1));
                }
            }
        }
        assertThat(metrics).hasSizeGreaterThan(20);
        final String page = String.join("\n", page("reference/metrics.md").lines());
        assertThat(metrics.stream()
                        .filter(metric ->
                                !page.contains("`" + metric + "`") && !page.contains("`" + metric + "_total`")))
                .isEmpty();
    }

    @Test
    void shouldListEachStepOfDeadLettersAndEachState() {
        final String steps = page("reference/dead-letters.md").section("Steps");
        assertThat(Arrays.stream(DeadLetter.Step.values()).filter(step -> !steps.contains("| `" + step + "` |")))
                .isEmpty();
        final String states = String.join("\n", page("life-of-a-file.md").lines());
        assertThat(Arrays.stream(UploadState.values()).filter(state -> !states.contains("| `" + state + "` |")))
                .isEmpty();
    }
}
