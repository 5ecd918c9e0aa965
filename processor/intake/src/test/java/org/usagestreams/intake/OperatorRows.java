package org.usagestreams.intake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;

/** The rows of a payload in the most obvious way, to compare with: it splits lines at commas, and knows the columns by their names. */
final class OperatorRows {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss '+0000 UTC'").withZone(ZoneOffset.UTC);

    private OperatorRows() {}

    /** Rows by report, values in the order of the report's columns. */
    static Map<ReportType, List<Object[]>> read(byte[] payload) throws IOException {
        final Map<ReportType, List<Object[]>> rows = new EnumMap<>(ReportType.class);
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(payload)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().endsWith(".csv")) {
                    readFile(new String(tar.readAllBytes(), StandardCharsets.UTF_8), rows);
                }
            }
        }
        return rows;
    }

    private static void readFile(String csv, Map<ReportType, List<Object[]>> rows) throws IOException {
        if (csv.indexOf('"') >= 0) {
            throw new IOException("a quoted field is more than this reader knows");
        }
        final List<String> lines = csv.lines().toList();
        final List<String> header = List.of(lines.get(0).split(",", -1));
        final Optional<ReportType> type = type(header);
        if (type.isPresent()) {
            final List<Object[]> of = rows.computeIfAbsent(type.get(), any -> new ArrayList<>());
            for (final String line : lines.subList(1, lines.size())) {
                of.add(row(type.get(), header, line.split(",", -1)));
            }
        }
    }

    private static Optional<ReportType> type(List<String> header) {
        if (header.contains("vm_name") || header.contains("gpu_uuid")) {
            return Optional.empty();
        } else if (header.contains("pod_usage_cpu_core_seconds")) {
            return Optional.of(ReportType.POD_USAGE);
        } else if (header.contains("persistentvolumeclaim")) {
            return Optional.of(ReportType.STORAGE_USAGE);
        } else if (header.contains("node_labels")) {
            return Optional.of(ReportType.NODE_LABELS);
        } else {
            return header.contains("namespace_labels") ? Optional.of(ReportType.NAMESPACE_LABELS) : Optional.empty();
        }
    }

    private static Object[] row(ReportType type, List<String> header, String[] fields) {
        final Object[] row = new Object[type.columns().size()];
        for (int i = 0; i < row.length; i++) {
            final ColumnSpec column = type.columns().get(i);
            final int place = header.indexOf(column.name());
            final String text = place < 0 ? "" : fields[place];
            row[i] = text.isEmpty()
                    ? null
                    : switch (column.kind()) {
                        case TIME -> TIME.parse(text, Instant::from);
                        case AMOUNT -> Double.valueOf(text);
                        case NAME -> text;
                        case LABELS -> labels(text);
                    };
        }
        return row;
    }

    private static Map<String, String> labels(String text) {
        final Map<String, String> labels = new TreeMap<>();
        for (final String pair : text.split("\\|", -1)) {
            final String[] keyAndValue = pair.split(":", 2);
            labels.put(keyAndValue[0].replaceFirst("^label_", ""), keyAndValue[1]);
        }
        return labels;
    }
}
