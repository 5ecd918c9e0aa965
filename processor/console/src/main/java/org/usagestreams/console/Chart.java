package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Stacked bars, one a day; the names with the largest sums have colours of their own, the others share one.
 *
 * @param title what the bars show
 * @param highest the sum of the highest bar, for people
 */
public record Chart(int width, String title, String highest, List<Bar> bars, List<Label> labels) {
    private static final int COLOURS = 7;
    private static final int HEIGHT = 160;
    private static final int WIDTH = 540;
    private static final int WIDEST = 90;
    private static final int LABELS = 5;
    private static final String OTHERS = "all others";

    /** What is measured of a resource, in the order of the charts: the end of a field's name, and its title. */
    private static final Map<String, String> MEASURES = new LinkedHashMap<>();

    static {
        MEASURES.put("usage", "Used");
        MEASURES.put("request", "Requested");
        MEASURES.put("effective", "Effective");
        MEASURES.put("unallocated", "Unallocated");
        MEASURES.put("capacity", "Capacity");
    }

    /** A part of a bar; {@code title} says what it is. */
    public record Bar(int series, String x, String y, String width, String height, String title) {}

    /** A text below a bar. */
    public record Label(String x, String text) {}

    /** A colour, and what it stands for. */
    public record Series(int number, String name) {}

    /** A measure of a resource. */
    public record Measure(String field, String title) {}

    /** Charts of a resource, in which a colour stands for the same name. */
    public record Charts(List<Chart> charts, List<Series> series) {}

    /** What there is of a resource. */
    public static List<Measure> measures(String resource) {
        return MEASURES.entrySet().stream()
                .map(measure -> new Measure(resource + "_" + measure.getKey(), measure.getValue()))
                .filter(measure -> Sort.DATA.contains(measure.field()))
                .toList();
    }

    /** A chart of each measure of which there is an amount. */
    public static Charts all(JsonNode content) {
        final List<Measure> measures = measures(Show.text(content, "resource"));
        final JsonNode sums = content.path("sums");
        final List<String> named = named(sums, measures);
        final List<Chart> charts = new ArrayList<>();
        boolean others = false;
        for (final Measure measure : measures) {
            final boolean whole = measure.field().endsWith("_capacity")
                    && content.has("capacities")
                    && !measure.field().startsWith("storage");
            final Map<String, Map<String, Double>> days =
                    days(whole ? content.path("capacities") : sums, measure.field(), named);
            final Chart chart = draw(whole ? measure.title() + " of all nodes" : measure.title(), days, named);
            if (!chart.bars().isEmpty()) {
                charts.add(chart);
                others |= chart.bars().stream().anyMatch(bar -> bar.series() == named.size());
            }
        }
        final List<Series> series = IntStream.range(0, named.size())
                .mapToObj(i -> new Series(i, shown(named.get(i))))
                .collect(Collectors.toCollection(ArrayList::new));
        if (others) {
            series.add(new Series(named.size(), OTHERS));
        }
        return new Charts(charts, series);
    }

    /** The names with the largest amount of whatever is measured. */
    private static List<String> named(JsonNode sums, List<Measure> measures) {
        final Map<String, Double> most = new TreeMap<>();
        for (final Measure measure : measures) {
            final Map<String, Double> totals = new TreeMap<>();
            sums.forEach(sum -> totals.merge(Show.text(sum, "name"), amount(sum, measure.field()), Double::sum));
            totals.forEach((name, total) -> most.merge(name, total, Math::max));
        }
        return most.entrySet().stream()
                .filter(total -> total.getValue() > 0)
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(COLOURS)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static double amount(JsonNode sum, String field) {
        return Math.max(0, sum.path(field).asDouble());
    }

    private static Map<String, Map<String, Double>> days(JsonNode sums, String field, List<String> named) {
        final Map<String, Map<String, Double>> days = new TreeMap<>();
        for (final JsonNode sum : sums) {
            final String name = Show.text(sum, "name");
            days.computeIfAbsent(Show.text(sum, "usage_date"), date -> new LinkedHashMap<>())
                    .merge(named.contains(name) ? name : OTHERS, amount(sum, field), Double::sum);
        }
        return days;
    }

    private static Chart draw(String title, Map<String, Map<String, Double>> days, List<String> named) {
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
        final int every = (days.size() + LABELS - 1) / LABELS;
        int at = 0;
        for (final Map.Entry<String, Map<String, Double>> day : days.entrySet()) {
            double top = HEIGHT;
            for (int i = 0; i < names.size(); i++) {
                final double amount = day.getValue().getOrDefault(names.get(i), 0.0);
                if (amount > 0 && highest > 0) {
                    final double height = amount / highest * HEIGHT;
                    top -= height;
                    bars.add(new Bar(
                            i,
                            round(at * step + 1),
                            round(Math.max(0, top)),
                            round(Math.max(1, step - Math.min(4, step / 4))),
                            round(height),
                            shown(names.get(i)) + ", " + day.getKey() + ": "
                                    + String.format(Locale.ROOT, "%.3f", amount)));
                }
            }
            if (at % every == 0) {
                labels.add(new Label(round(at * step + 1), day.getKey()));
            }
            at++;
        }
        return new Chart(WIDTH, title, String.format(Locale.ROOT, "%.3f", highest), bars, labels);
    }

    private static String shown(String name) {
        return name.isEmpty() ? "(none)" : name;
    }

    private static String round(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
