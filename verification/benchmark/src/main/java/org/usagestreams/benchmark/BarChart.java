package org.usagestreams.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A bar chart: a group of bars for each measurement, or one bar with its parts. */
final class BarChart {
    private static final List<String> COLOURS =
            List.of("#2563eb", "#f59e0b", "#10b981", "#ef4444", "#8b5cf6", "#64748b", "#14b8a6");
    private static final int WIDTH = 860;
    private static final int LEFT = 90;
    private static final int RIGHT = 90;
    private static final int BAR = 16;
    private static final int GAP = 14;
    private static final int TOP = 74;

    private final String title;
    private final List<String> series;
    private final boolean stacked;
    private final boolean logarithmic;
    private final String format;
    private final List<String> names = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();

    private BarChart(String title, List<String> series, boolean stacked, boolean logarithmic, String format) {
        this.title = title;
        this.series = series;
        this.stacked = stacked;
        this.logarithmic = logarithmic;
        this.format = format;
    }

    /** A bar for each series; where figures are of many sizes, each ten times the one before takes the same step. */
    static BarChart grouped(String title, List<String> series, boolean logarithmic, String format) {
        return new BarChart(title, series, false, logarithmic, format);
    }

    /** One bar, of which each series is a part, shown as a share of the whole. */
    static BarChart shares(String title, List<String> series, String format) {
        return new BarChart(title, series, true, false, format);
    }

    /** Adds what was measured of one thing, a figure for each series. */
    void add(String name, double... figures) {
        names.add(name);
        values.add(figures);
    }

    String toSvg() {
        final int rowHeight = (stacked ? BAR : BAR * series.size()) + GAP;
        final int height = TOP + rowHeight * names.size() + 16;
        final StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\""
                        + " fill=\"white\"/>%n",
                WIDTH,
                height,
                WIDTH,
                height));
        text(svg, 16, 24, "start", "#111827", 15, title);
        int legend = 16;
        for (int i = 0; i < series.size(); i++) {
            rect(svg, legend, 38, 11, 11, colour(i));
            text(svg, legend + 16, 48, "start", "#374151", 12, series.get(i));
            legend += 32 + 7 * series.get(i).length();
        }
        for (int row = 0; row < names.size(); row++) {
            final int y = TOP + row * rowHeight;
            text(svg, LEFT - 10, y + (rowHeight - GAP) / 2 + 4, "end", "#111827", 12, names.get(row));
            if (stacked) {
                cluster(svg, y, values.get(row));
            } else {
                group(svg, y, values.get(row));
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private void cluster(StringBuilder svg, int y, double[] figures) {
        double whole = 0;
        for (final double figure : figures) {
            whole += figure;
        }
        double x = LEFT;
        for (int i = 0; i < figures.length; i++) {
            final double width = (WIDTH - LEFT - RIGHT) * figures[i] / whole;
            rect(svg, x, y, width, BAR, colour(i));
            x += width;
        }
        text(svg, x + 8, y + 13, "start", "#374151", 12, String.format(Locale.ROOT, format, whole));
    }

    private void group(StringBuilder svg, int y, double[] figures) {
        for (int i = 0; i < figures.length; i++) {
            final double width = Math.max(2, (WIDTH - LEFT - RIGHT) * share(figures[i]));
            rect(svg, LEFT, y + i * BAR, width, BAR - 2, colour(i));
            text(
                    svg,
                    LEFT + width + 8,
                    y + i * BAR + 12,
                    "start",
                    "#374151",
                    12,
                    String.format(Locale.ROOT, format, figures[i]));
        }
    }

    private double share(double figure) {
        double least = Double.MAX_VALUE;
        double greatest = 0;
        for (final double[] figures : values) {
            for (final double other : figures) {
                least = Math.min(least, other);
                greatest = Math.max(greatest, other);
            }
        }
        if (!logarithmic) {
            return figure / greatest;
        }
        // The least one still gets a bar.
        final double from = Math.log10(least / 2);
        return (Math.log10(figure) - from) / (Math.log10(greatest) - from);
    }

    private static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    private static void rect(StringBuilder svg, double x, double y, double width, double height, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                x,
                y,
                width,
                height,
                colour));
    }

    private static void text(
            StringBuilder svg, double x, double y, String anchor, String colour, int size, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>%n",
                x,
                y,
                anchor,
                colour,
                size,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
