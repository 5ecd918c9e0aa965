package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stacked bars, one a day; the names with the largest sums have colours of their own, the others share one.
 *
 * @param highest the sum of the highest bar, for people
 */
public record Chart(int width, String highest, List<Bar> bars, List<Label> labels, List<Series> series) {
    private static final int COLOURS = 7;
    private static final int HEIGHT = 200;
    private static final int WIDTH = 960;
    private static final int WIDEST = 90;
    private static final int LABELS = 10;
    private static final String OTHERS = "all others";

    /** A part of a bar; {@code title} says what it is. */
    public record Bar(int series, String x, String y, String width, String height, String title) {}

    /** A text below a bar. */
    public record Label(String x, String text) {}

    /** A colour, and what it stands for. */
    public record Series(int number, String name) {}

    /** The chart of a field of sums by date and name. */
    public static Chart of(JsonNode sums, String field) {
        final Map<String, Double> totals = new TreeMap<>();
        final Map<String, Map<String, Double>> days = new TreeMap<>();
        for (final JsonNode sum : sums) {
            final double amount = Math.max(0, sum.path(field).asDouble());
            totals.merge(Show.text(sum, "name"), amount, Double::sum);
        }
        final List<String> named = totals.entrySet().stream()
                .filter(total -> total.getValue() > 0)
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(COLOURS)
                .map(Map.Entry::getKey)
                .toList();
        for (final JsonNode sum : sums) {
            final String name = Show.text(sum, "name");
            days.computeIfAbsent(Show.text(sum, "usage_date"), date -> new LinkedHashMap<>())
                    .merge(
                            named.contains(name) ? name : OTHERS,
                            Math.max(0, sum.path(field).asDouble()),
                            Double::sum);
        }
        return draw(days, named);
    }

    private static Chart draw(Map<String, Map<String, Double>> days, List<String> named) {
        final double highest = days.values().stream()
                .mapToDouble(day ->
                        day.values().stream().mapToDouble(Double::doubleValue).sum())
                .max()
                .orElse(0);
        final List<String> names = new ArrayList<>(named);
        names.add(OTHERS);
        final List<Bar> bars = new ArrayList<>();
        final List<Label> labels = new ArrayList<>();
        final double step = Math.min(WIDEST, (double) WIDTH / Math.max(1, days.size()));
        final int every = Math.max(1, days.size() / LABELS);
        boolean others = false;
        int at = 0;
        for (final Map.Entry<String, Map<String, Double>> day : days.entrySet()) {
            double top = HEIGHT;
            for (int i = 0; i < names.size(); i++) {
                final double amount = day.getValue().getOrDefault(names.get(i), 0.0);
                if (amount > 0 && highest > 0) {
                    final double height = amount / highest * HEIGHT;
                    top -= height;
                    others |= i == names.size() - 1;
                    bars.add(new Bar(
                            i,
                            round(at * step + 2),
                            round(Math.max(0, top)),
                            round(step - 4),
                            round(height),
                            shown(names.get(i)) + ", " + day.getKey() + ": "
                                    + String.format(Locale.ROOT, "%.3f", amount)));
                }
            }
            if (at % every == 0) {
                labels.add(new Label(round(at * step + 2), day.getKey()));
            }
            at++;
        }
        final List<Series> series = new ArrayList<>();
        for (int i = 0; i < names.size() - (others ? 0 : 1); i++) {
            series.add(new Series(i, shown(names.get(i))));
        }
        return new Chart(WIDTH, String.format(Locale.ROOT, "%.3f", highest), bars, labels, series);
    }

    private static String shown(String name) {
        return name.isEmpty() ? "(none)" : name;
    }

    private static String round(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
