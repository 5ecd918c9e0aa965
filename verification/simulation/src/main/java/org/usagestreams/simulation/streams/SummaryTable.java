package org.usagestreams.simulation.streams;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.wire.summary.SummaryKey;

/** The summary as its records amount to: rows by key, upserts and removals in the order in which they come. */
public final class SummaryTable {
    private final Map<String, Row> rows = new HashMap<>();

    /**
     * The parts of a row that show whether it is right.
     *
     * @param source of the row
     * @param date its usage date
     * @param namespace which says whose rows it is made of
     * @param coreHours CPU usage; null if there is none
     * @param labels the pod labels' text; null for none
     */
    public record Row(String source, LocalDate date, String namespace, Double coreHours, String labels) {
        /** Reads a record's value. */
        static Row parse(byte[] value) {
            final String text = new String(value, StandardCharsets.UTF_8);
            final String hours = field(text, "pod_usage_cpu_core_hours");
            return new Row(
                    field(text, "source_uuid"),
                    LocalDate.ofEpochDay(Long.parseLong(field(text, "usage_start"))),
                    field(text, "namespace"),
                    hours == null ? null : Double.valueOf(hours),
                    field(text, "pod_labels"));
        }

        /** The fields that are looked at hold neither quotes nor commas, but for the labels. */
        private static String field(String text, String name) {
            final int at = text.indexOf("\"" + name + "\":") + name.length() + 3;
            if (text.charAt(at) == '"') {
                int end = at + 1;
                while (text.charAt(end) != '"') {
                    end += text.charAt(end) == '\\' ? 2 : 1;
                }
                return text.substring(at + 1, end).replace("\\", "");
            }
            int end = at;
            while (text.charAt(end) != ',' && text.charAt(end) != '}') {
                end++;
            }
            final String number = text.substring(at, end);
            return number.equals("null") ? null : number;
        }
    }

    /**
     * Applies a record.
     *
     * @param value null for a removal
     * @return the row; of a removal the one that was there, or null; null for a day's marker, which is no row
     */
    public Row apply(byte[] key, byte[] value) {
        if (SummaryKey.isMarker(key)) {
            return null;
        }
        final String name = new String(key, StandardCharsets.UTF_8);
        if (value == null) {
            return rows.remove(name);
        }
        final Row row = Row.parse(value);
        rows.put(name, row);
        return row;
    }

    /** Rows of reports by {@code source|date|namespace}, without those that stand for unallocated capacity. */
    public Map<String, Row> reported() {
        final Map<String, Row> reported = new TreeMap<>();
        for (final Row row : rows.values()) {
            if (SimulatedReports.objectOfNamespace(row.namespace()).isPresent()) {
                final Row other = reported.put(row.source() + "|" + row.date() + "|" + row.namespace(), row);
                if (other != null) {
                    throw new AssertionError("two rows are of " + row.namespace() + " on " + row.date()
                            + ", with labels " + row.labels() + " and " + other.labels());
                }
            }
        }
        return reported;
    }

    /** Rows by namespace on a source's date. */
    public Iterable<Row> rows() {
        return rows.values();
    }

    /** How many rows stand for unallocated capacity, by {@code source|date}. */
    public Map<String, Integer> unallocated() {
        final Map<String, Integer> unallocated = new TreeMap<>();
        for (final Row row : rows.values()) {
            if (SimulatedReports.objectOfNamespace(row.namespace()).isEmpty()) {
                unallocated.merge(row.source() + "|" + row.date(), 1, Integer::sum);
            }
        }
        return unallocated;
    }
}
