package org.usagestreams.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares rows as {@code golden/compare.py} does; a row is text by column, an empty field is null. */
public final class Rows {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final Set<String> JSON_COLUMNS =
            Set.of("pod_labels", "volume_labels", "all_labels", "infrastructure_usage_cost");

    private static final List<String> KEY = List.of(
            "data_source",
            "source_uuid",
            "cluster_id",
            "cluster_alias",
            "report_period_id",
            "usage_start",
            "usage_end",
            "namespace",
            "node",
            "resource_id",
            "persistentvolumeclaim",
            "persistentvolume",
            "storageclass",
            "pod_labels",
            "volume_labels",
            "all_labels");

    private static final Set<String> TEXT = Set.of("cost_category_id", "infrastructure_usage_cost");

    private Rows() {}

    /** Reads a file that compare.py takes too. */
    public static List<Map<String, String>> readCsv(Path file) {
        try {
            final List<List<String>> lines = parse(Files.readString(file));
            final List<String> head = lines.get(0);
            final List<Map<String, String>> rows = new ArrayList<>();
            for (final List<String> line : lines.subList(1, lines.size())) {
                final Map<String, String> row = new LinkedHashMap<>();
                for (int i = 0; i < head.size(); i++) {
                    row.put(head.get(i), line.get(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What differs, a line each; none if both hold the same rows. Columns are those of the expected rows. */
    public static List<String> differences(List<Map<String, String>> expected, List<Map<String, String>> actual) {
        final List<String> columns = new ArrayList<>(expected.get(0).keySet());
        final Map<String, List<Map<String, String>>> wanted = byKey(expected, columns);
        final Map<String, List<Map<String, String>>> found = byKey(actual, columns);
        final Set<String> keys = new java.util.TreeSet<>(wanted.keySet());
        keys.addAll(found.keySet());
        final List<String> differences = new ArrayList<>();
        for (final String key : keys) {
            final List<Map<String, String>> e = wanted.getOrDefault(key, List.of());
            final List<Map<String, String>> a = found.getOrDefault(key, List.of());
            if (e.size() != a.size()) {
                differences.add(e.size() + " rows expected, " + a.size() + " found: " + key);
                continue;
            }
            for (int i = 0; i < e.size(); i++) {
                for (final String column : columns) {
                    final String x = e.get(i).get(column);
                    final String y = a.get(i).get(column);
                    if (!same(column, x, y)) {
                        differences.add(column + ": expected " + x + ", found " + y + ": " + key);
                    }
                }
            }
        }
        return differences;
    }

    private static Map<String, List<Map<String, String>>> byKey(List<Map<String, String>> rows, List<String> columns) {
        final Map<String, List<Map<String, String>>> groups = new TreeMap<>();
        for (final Map<String, String> row : rows) {
            final Map<String, String> canonical = new LinkedHashMap<>();
            columns.forEach(column -> canonical.put(column, canonical(column, row.get(column))));
            groups.computeIfAbsent(
                            KEY.stream().map(canonical::get).collect(Collectors.joining("|")), k -> new ArrayList<>())
                    .add(canonical);
        }
        final Comparator<Map<String, String>> order = Comparator.comparing(row -> columns.stream()
                .map(column -> KEY.contains(column)
                                || TEXT.contains(column)
                                || row.get(column).isEmpty()
                        ? row.get(column)
                        : String.format("%030.9f", Double.parseDouble(row.get(column))))
                .collect(Collectors.joining("|")));
        groups.values().forEach(group -> group.sort(order));
        return groups;
    }

    private static boolean same(String column, String x, String y) {
        if (x.equals(y)) {
            return true;
        }
        if (KEY.contains(column) || TEXT.contains(column) || x.isEmpty() || y.isEmpty()) {
            return false;
        }
        final double a = Double.parseDouble(x);
        final double b = Double.parseDouble(y);
        return Math.abs(a - b) <= Math.max(1e-9 * Math.max(Math.abs(a), Math.abs(b)), 1e-12);
    }

    private static String canonical(String column, String text) {
        if (text == null || text.isEmpty() || !JSON_COLUMNS.contains(column)) {
            return text == null ? "" : text;
        }
        try {
            return JSON.writeValueAsString(JSON.readValue(text, TreeMap.class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<List<String>> parse(String csv) {
        final List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        final StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            final char c = csv.charAt(i);
            if (quoted) {
                if (c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                    field.append('"');
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    field.append(c);
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\n') {
                line.add(field.toString());
                field.setLength(0);
                if (c == '\n') {
                    lines.add(line);
                    line = new ArrayList<>();
                }
            } else if (c != '\r') {
                field.append(c);
            }
        }
        return lines;
    }
}
