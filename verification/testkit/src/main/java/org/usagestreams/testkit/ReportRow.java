package org.usagestreams.testkit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/**
 * A line item of a report, by column names, for a writer that takes values in the order of the type's columns. Columns that
 * are not set are null. Not thread-safe.
 */
public final class ReportRow {
    private final List<String> columns;
    private final Object[] values;

    private ReportRow(ReportType type) {
        columns = type.columns().stream().map(ColumnSpec::name).toList();
        values = new Object[columns.size()];
    }

    public static ReportRow of(ReportType type) {
        return new ReportRow(type);
    }

    public static ReportRow pod() {
        return of(ReportType.POD_USAGE);
    }

    /**
     * Sets a column.
     *
     * @param value may be null
     * @throws IllegalArgumentException if the type has no column of that name
     */
    public ReportRow set(String column, Object value) {
        final int index = columns.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("Cannot set " + column + ": the columns are " + columns);
        }
        values[index] = value;
        return this;
    }

    /** The start of the interval. */
    public ReportRow start(Instant start) {
        return set(Columns.INTERVAL_START, start);
    }

    /** The start of the interval: an hour of a date, 24 the first of the next. */
    public ReportRow start(String date, int hour) {
        return start(Instant.parse(date + "T00:00:00Z").plusSeconds(3600L * hour));
    }

    public ReportRow node(String node) {
        return set(Columns.NODE, node);
    }

    public ReportRow namespace(String namespace) {
        return set(Columns.NAMESPACE, namespace);
    }

    /** The name of the pod. */
    public ReportRow pod(String pod) {
        return set(Columns.POD, pod);
    }

    /** CPU usage of a pod in core-seconds; null for none. */
    public ReportRow cpu(Double coreSeconds) {
        return set(Columns.USAGE_CPU, coreSeconds);
    }

    /** Labels of a pod. */
    public ReportRow labels(Map<String, String> labels) {
        return set(Columns.POD_LABELS, labels);
    }

    /** The values in the order of the type's columns. */
    public Object[] values() {
        return values.clone();
    }
}
