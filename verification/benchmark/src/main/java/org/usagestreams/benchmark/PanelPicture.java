package org.usagestreams.benchmark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Panels with lines over time, three per row, as SVG. */
final class PanelPicture {
    private static final List<String> COLOURS =
            List.of("#2563eb", "#f59e0b", "#10b981", "#ef4444", "#8b5cf6", "#64748b", "#14b8a6", "#ec4899", "#84cc16");
    private static final int COLUMNS = 3;
    private static final int WIDTH = 400;
    private static final int HEIGHT = 210;
    private static final int LEFT = 52;
    private static final int TOP = 30;
    private static final int PLOT_WIDTH = 334;
    private static final int PLOT_HEIGHT = 110;
    private static final int LEGEND = 3;
    private static final int HEAD = 34;
    /** Points farther apart than this share of the span are not joined. */
    private static final double GAP = 0.03;

    private final String title;
    private final double from;
    private final double to;
    private final StringBuilder body = new StringBuilder();
    private int panels;

    PanelPicture(String title, double from, double to) {
        this.title = title;
        this.from = from;
        this.to = to;
    }

    void add(String name, String unit, List<DashboardCommand.Line> all) {
        final int x = panels % COLUMNS * WIDTH;
        final int y = HEAD + panels / COLUMNS * HEIGHT;
        panels++;
        final List<DashboardCommand.Line> lines = all.stream()
                .sorted(Comparator.comparingDouble(line -> -greatest(line)))
                .toList();
        final double most = lines.stream()
                .mapToDouble(PanelPicture::greatest)
                .filter(value -> value > 0)
                .max()
                .orElse(1);
        put("<g transform=\"translate(%d,%d)\">%n", x, y);
        put("<rect x=\"6\" y=\"4\" width=\"388\" height=\"202\" rx=\"4\" fill=\"white\" stroke=\"#e5e7eb\"/>%n");
        text(16, 22, "#111827", 13, name);
        for (int i = 0; i <= 2; i++) {
            final double at = TOP + PLOT_HEIGHT * (1 - i / 2.0);
            put(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e5e7eb\"/>%n",
                    LEFT, LEFT + PLOT_WIDTH, at, at);
            put(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#6b7280\" font-size=\"10\">%s</text>%n",
                    LEFT - 4, at + 3, amount(most * i / 2, unit));
        }
        for (int i = 0; i < lines.size(); i++) {
            path(lines.get(i), most, COLOURS.get(i % COLOURS.size()));
        }
        legend(lines);
        put("</g>%n");
    }

    private void path(DashboardCommand.Line line, double most, String colour) {
        final StringBuilder path = new StringBuilder();
        double before = Double.NaN;
        for (final Map.Entry<Double, Double> point : line.values().entrySet()) {
            final boolean joined = point.getKey() - before <= (to - from) * GAP;
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f",
                    joined ? "L" : "M",
                    LEFT + PLOT_WIDTH * (point.getKey() - from) / (to - from),
                    TOP + PLOT_HEIGHT * (1 - Math.max(0, point.getValue()) / most)));
            before = point.getKey();
        }
        put("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.4\"/>%n", path, colour);
    }

    private void legend(List<DashboardCommand.Line> lines) {
        final int rows = Math.min(lines.size(), LEGEND * 2);
        for (int i = 0; i < rows; i++) {
            final int x = LEFT + i % 2 * 170;
            final int y = TOP + PLOT_HEIGHT + 18 + i / 2 * 14;
            put(
                    "<rect x=\"%d\" y=\"%d\" width=\"9\" height=\"9\" fill=\"%s\"/>%n",
                    x, y - 8, COLOURS.get(i % COLOURS.size()));
            final boolean last = i == rows - 1 && lines.size() > rows;
            final String name = lines.get(i).name();
            text(
                    x + 13,
                    y,
                    "#374151",
                    10,
                    (name.length() > 27 ? name.substring(0, 26) + "…" : name)
                            + (last ? ", and " + (lines.size() - rows) + " more" : ""));
        }
        if (lines.isEmpty()) {
            text(LEFT, TOP + PLOT_HEIGHT + 18, "#6b7280", 10, "nothing in this time");
        }
    }

    private static double greatest(DashboardCommand.Line line) {
        return line.values().values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    private static String amount(double value, String unit) {
        if ("bytes".equals(unit)) {
            return String.format(Locale.ROOT, "%.0f MiB", value / (1 << 20));
        }
        final String number = value >= 10_000
                ? String.format(Locale.ROOT, "%.0fk", value / 1_000)
                : value >= 100 || value == Math.rint(value)
                        ? String.format(Locale.ROOT, "%.0f", value)
                        : value >= 1
                                ? String.format(Locale.ROOT, "%.1f", value)
                                : String.format(Locale.ROOT, "%.3f", value);
        return switch (unit) {
            case "ops" -> number + "/s";
            case "s" -> number + " s";
            default -> number;
        };
    }

    private void text(int x, int y, String colour, int size, String words) {
        put(
                "<text x=\"%d\" y=\"%d\" fill=\"%s\" font-size=\"%d\">%s</text>%n",
                x, y, colour, size, words.replace("&", "&amp;").replace("<", "&lt;"));
    }

    private void put(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values));
    }

    String toSvg() {
        final int height = HEAD + (panels + COLUMNS - 1) / COLUMNS * HEIGHT + 6;
        final List<String> parts = new ArrayList<>();
        parts.add(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#f9fafb\"/>%n",
                WIDTH * COLUMNS,
                height,
                WIDTH * COLUMNS,
                height));
        parts.add(String.format(
                Locale.ROOT, "<text x=\"12\" y=\"24\" fill=\"#111827\" font-size=\"15\">%s</text>%n", title));
        parts.add(body.toString());
        parts.add("</svg>\n");
        return String.join("", parts);
    }
}
