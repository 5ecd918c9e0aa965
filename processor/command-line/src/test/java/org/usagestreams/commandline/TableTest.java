package org.usagestreams.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class TableTest {
    private static String printed(Table table) {
        final StringWriter text = new StringWriter();
        try (PrintWriter out = new PrintWriter(text)) {
            table.print(out);
        }
        return text.toString();
    }

    @Test
    void shouldMakeColumnsAsWideAsTheirWidestCell() {
        final Table table = new Table(Ansi.OFF, 3, 1);
        table.head("state", "rows", "object");
        table.add("LOADED", "12345", "bucket/" + "k".repeat(300));
        table.addNote("a reason");
        assertThat(printed(table))
                .isEqualToNormalizingNewlines(
                        "state    rows  object\nLOADED  12345  bucket/" + "k".repeat(300) + "\n    a reason\n");
    }

    @Test
    void shouldShortenKeysInTheMiddleUntilRowsFitTheTerminal() {
        final Table table = new Table(Ansi.OFF, 3, 1).fit(40);
        table.head("state", "rows", "object");
        table.add("LOADED", "12345", "bucket/source=1/" + "k".repeat(300) + "/day.parquet");
        table.addNote("PostgreSQL refuses the rows, because a column is missing");
        assertThat(printed(table)).isEqualToNormalizingNewlines("""
            state    rows  object
            LOADED  12345  bucket/sour...day.parquet
                PostgreSQL refuses the rows, because
                a column is missing
            """);
    }

    @Test
    void shouldMakeBlocksOfRowsThatCannotBeShortenedEnough() {
        final Table table = new Table(Ansi.OFF, 3, 1, 2).fit(30);
        table.head("key", "rows", "rows dropped");
        table.add("bucket/source=1/day.parquet", "12345678", "87654321");
        table.add("b", "1", "");
        assertThat(printed(table)).isEqualToNormalizingNewlines("""
            key           bucket/...arquet
            rows          12345678
            rows dropped  87654321

            key           b
            rows          1

            """);
    }

    @Test
    void shouldNotCountColoursAsWidth() {
        final Table table = new Table(Ansi.ON, 2);
        table.addColoured("red", "FAILED", "a");
        table.add("LOADED", "b");
        assertThat(printed(table))
                .contains("FAILED")
                .contains("\u001b[31m")
                .endsWith("LOADED  b" + System.lineSeparator());
    }

    @Test
    void shouldNotReadMarkupInWhatItShows() {
        final Table table = new Table(Ansi.ON, 2);
        table.add("a", "b/@|nothing such|@");
        table.add("a", null);
        assertThat(printed(table)).contains("nothing such").doesNotContain("\u001b");
    }

    @Test
    void shouldPrintNothingWithoutRows() {
        assertThat(printed(new Table(Ansi.OFF, 2))).isEmpty();
    }
}
