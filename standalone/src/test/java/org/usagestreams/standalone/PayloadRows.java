package org.usagestreams.standalone;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** Random line items of all reports, as operators can write them, from 1 to 3 November 2025. */
final class PayloadRows {
    private static final int LEAST = 20;

    private PayloadRows() {}

    static Map<ReportType, List<Object[]>> draw(Random random) {
        final Map<ReportType, List<Object[]>> rows = new EnumMap<>(ReportType.class);
        for (final ReportType type : ReportType.values()) {
            final List<Object[]> list = new ArrayList<>();
            while (list.size() < LEAST) {
                list.addAll(RandomReports.rows(random, type));
            }
            list.forEach(row -> {
                unset(row, type, Columns.EFFECTIVE_CPU);
                unset(row, type, Columns.EFFECTIVE_MEMORY);
            });
            rows.put(type, list);
        }
        return rows;
    }

    /** Operators write no such column. */
    private static void unset(Object[] row, ReportType type, String column) {
        final int index = type.columns().stream().map(ColumnSpec::name).toList().indexOf(column);
        if (index >= 0) {
            row[index] = null;
        }
    }
}
