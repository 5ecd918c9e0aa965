package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** A page of Markdown, with its pictures in the same folder. Not thread-safe. */
final class ReportPage {
    private final Path directory;
    private final StringBuilder text = new StringBuilder();

    /**
     * An empty page.
     *
     * @param directory of its pictures; it must exist before the first one is added
     */
    ReportPage(Path directory) {
        this.directory = directory;
    }

    /** Adds a picture, which is a file beside the page. */
    void picture(String name, String alternative, BarChart chart) throws IOException {
        Files.writeString(directory.resolve(name + ".svg"), chart.toSvg());
        line("");
        line("![" + alternative + "](" + name + ".svg)");
    }

    /** Begins a table of names and numbers. */
    void header(String first, Collection<String> names) {
        final List<String> columns = new ArrayList<>(List.of(first));
        columns.addAll(new LinkedHashSet<>(names));
        line("| " + String.join(" | ", columns) + " |");
        line("| --- |" + " ---: |".repeat(names.size()));
    }

    /** Adds a row of numbers to a table. */
    void row(String name, double[] values, String format) {
        final StringBuilder row = new StringBuilder("| " + name + " |");
        for (final double value : values) {
            row.append(' ').append(String.format(Locale.ROOT, format, value)).append(" |");
        }
        line(row.toString());
    }

    /** Adds a line. */
    void line(String line) {
        text.append(line).append('\n');
    }

    /** Writes the page as a file of this name. */
    void save(String name) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
