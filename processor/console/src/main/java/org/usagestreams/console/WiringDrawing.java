package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A sub-topology as boxes and lines, from sources on the left to sinks on the right. Lengths are pixels. */
public record WiringDrawing(int width, int height, List<Box> boxes, List<Line> lines) {
    /** Of each box. */
    public static final int BOX_WIDTH = 210;

    /** Of each box. */
    public static final int BOX_HEIGHT = 46;

    private static final int GAP = 64;
    private static final int ROW = 60;
    private static final int MARGIN = 4;
    private static final int LONGEST = 30;
    private static final int SWEEPS = 6;

    /**
     * A node.
     *
     * @param title what it is known by: of sources and sinks the topic
     * @param detail the rest, cut off where it is long
     * @param full all of it
     */
    public record Box(String kind, int x, int y, String title, String detail, String full) {}

    /** From one box to another. */
    public record Line(String path) {}

    /** The drawing of a sub-topology. */
    public static WiringDrawing of(JsonNode sub) {
        final Map<String, JsonNode> nodes = new LinkedHashMap<>();
        sub.path("nodes").forEach(node -> nodes.put(Show.text(node, "name"), node));
        final Map<String, Integer> layers = layers(nodes);
        final Map<Integer, List<String>> columns = new TreeMap<>();
        nodes.keySet().forEach(name -> columns.computeIfAbsent(layers.get(name), layer -> new ArrayList<>())
                .add(name));
        order(nodes, columns);
        final int rows = columns.values().stream().mapToInt(List::size).max().orElse(0);
        final Map<String, Box> boxes = new LinkedHashMap<>();
        columns.forEach((layer, names) -> {
            final int top = MARGIN + (rows - names.size()) * ROW / 2;
            for (int i = 0; i < names.size(); i++) {
                boxes.put(
                        names.get(i), box(nodes.get(names.get(i)), MARGIN + layer * (BOX_WIDTH + GAP), top + i * ROW));
            }
        });
        final List<Line> lines = new ArrayList<>();
        nodes.forEach((name, node) -> node.path("next").forEach(next -> {
            final Box to = boxes.get(next.asText());
            if (to != null) {
                lines.add(line(boxes.get(name), to));
            }
        }));
        return new WiringDrawing(
                2 * MARGIN + Math.max(1, columns.size()) * (BOX_WIDTH + GAP) - GAP,
                2 * MARGIN + Math.max(1, rows) * ROW - (ROW - BOX_HEIGHT),
                List.copyOf(boxes.values()),
                lines);
    }

    /** The longest way from a source to each. A topology has no cycles; a text may be anything. */
    private static Map<String, Integer> layers(Map<String, JsonNode> nodes) {
        final Map<String, Integer> layers = new HashMap<>();
        nodes.keySet().forEach(name -> layers.put(name, 0));
        boolean changed = true;
        for (int round = 0; changed && round < nodes.size(); round++) {
            changed = false;
            for (final Map.Entry<String, JsonNode> node : nodes.entrySet()) {
                for (final JsonNode next : node.getValue().path("next")) {
                    final int least = Math.min(nodes.size() - 1, layers.get(node.getKey()) + 1);
                    if (layers.getOrDefault(next.asText(), Integer.MAX_VALUE) < least) {
                        layers.put(next.asText(), least);
                        changed = true;
                    }
                }
            }
        }
        return layers;
    }

    /** Puts each near those that it is linked to, so that few lines cross. */
    private static void order(Map<String, JsonNode> nodes, Map<Integer, List<String>> columns) {
        final Map<String, List<String>> linked = new HashMap<>();
        nodes.forEach((name, node) -> node.path("next").forEach(next -> {
            linked.computeIfAbsent(name, any -> new ArrayList<>()).add(next.asText());
            linked.computeIfAbsent(next.asText(), any -> new ArrayList<>()).add(name);
        }));
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (final List<String> column : columns.values()) {
                final Map<String, Double> at = places(columns);
                column.sort(Comparator.comparingDouble(name -> linked.getOrDefault(name, List.of()).stream()
                        .filter(at::containsKey)
                        .mapToDouble(at::get)
                        .average()
                        .orElse(at.get(name))));
            }
        }
    }

    /** How far down each is, with columns centred. */
    private static Map<String, Double> places(Map<Integer, List<String>> columns) {
        final Map<String, Double> places = new HashMap<>();
        columns.values().forEach(column -> {
            for (int i = 0; i < column.size(); i++) {
                places.put(column.get(i), i - column.size() / 2.0);
            }
        });
        return places;
    }

    private static Box box(JsonNode node, int x, int y) {
        final String name = Show.text(node, "name");
        final List<String> topics = texts(node.path("topics"));
        final List<String> stores = texts(node.path("stores"));
        final String kind = Show.text(node, "kind");
        final String title = topics.isEmpty() ? name : String.join(", ", topics);
        final String detail = topics.isEmpty() ? String.join(", ", stores) : name;
        return new Box(kind, x, y, cut(title), cut(detail), kind + " " + name + inWords(topics, stores));
    }

    private static String inWords(List<String> topics, List<String> stores) {
        return (topics.isEmpty() ? "" : ", topics: " + String.join(", ", topics))
                + (stores.isEmpty() ? "" : ", stores: " + String.join(", ", stores));
    }

    private static List<String> texts(JsonNode array) {
        final List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }

    private static Line line(Box from, Box to) {
        final int x1 = from.x() + BOX_WIDTH;
        final int y1 = from.y() + BOX_HEIGHT / 2;
        final int x2 = to.x() - 7;
        final int y2 = to.y() + BOX_HEIGHT / 2;
        final int bend = Math.max(20, (x2 - x1) / 2);
        return new Line(
                String.format(Locale.ROOT, "M%d %d C%d %d %d %d %d %d", x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2));
    }
}
