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
        table.add("state", "rows", "object");
        table.add("LOADED", "12345", "bucket/" + "k".repeat(300));
        table.add("", "", "a reason");
        assertThat(printed(table))
                .isEqualToNormalizingNewlines("state    rows  object\nLOADED  12345  bucket/" + "k".repeat(300)
                        + "\n               a reason\n");
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
