package org.usagestreams.splitter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.label.LabelText;

/**
 * Finds a report's columns in a file's schema, by name in any case, and how to read each as its type there. Columns that
 * are not needed are never read.
 */
final class NeededColumns {
    /** What a row takes while a batch is sorted by date and order. */
    private static final int ORDER_BYTES = 24;

    private final SplitLimits limits;
    private final ObjectBudget budget;
    private final List<BlockMetaData> rowGroups;
    private final Map<String, BatchColumn> columns = new HashMap<>();

    /** The file's fields that are read, and the column of each, in the same order. */
    private final List<Type> fields = new ArrayList<>();

    private final List<BatchColumn> fieldColumns = new ArrayList<>();

    /** Columns that are null in every row. */
    private final List<BatchColumn> nulls = new ArrayList<>();

    private final String messageName;

    /**
     * Matches a schema.
     *
     * @param rowGroups tell by their statistics whether a column holds values
     * @throws RejectedObjectException if a required column is missing, or a column has a type that it cannot have and values
     */
    NeededColumns(
            MessageType schema,
            List<BlockMetaData> rowGroups,
            ReportType report,
            SplitLimits limits,
            ObjectBudget budget)
            throws RejectedObjectException {
        this.limits = limits;
        this.budget = budget;
        this.rowGroups = rowGroups;
        messageName = schema.getName();
        final List<String> missing = new ArrayList<>();
        for (final ColumnSpec spec : report.columns()) {
            final Optional<Type> field = find(schema, spec.name());
            if (field.isEmpty()) {
                if (spec.required()) {
                    missing.add(spec.name());
                }
                continue;
            }
            add(schema, spec, field.get());
        }
        if (!missing.isEmpty()) {
            throw new RejectedObjectException("required columns are missing: " + String.join(", ", missing));
        }
    }

    private void add(MessageType schema, ColumnSpec spec, Type field) throws RejectedObjectException {
        try {
            final BatchColumn column = column(spec, field);
            columns.put(spec.name(), column);
            if (column.converters().isEmpty()) {
                nulls.add(column);
            } else {
                fields.add(field);
                fieldColumns.add(column);
            }
        } catch (RejectedObjectException wrongType) {
            final BatchColumn none = none(spec);
            columns.put(spec.name(), none);
            nulls.add(none);
            NullColumn.of(field, leaves(schema, field), rowGroups, wrongType).ifPresent(column -> {
                fields.add(field);
                fieldColumns.add(column);
            });
        }
    }

    private static int leaves(MessageType schema, Type field) {
        return (int) schema.getColumns().stream()
                .filter(leaf -> leaf.getPath()[0].equals(field.getName()))
                .count();
    }

    /** A column without values. */
    private BatchColumn none(ColumnSpec spec) {
        return switch (spec.kind()) {
            case TIME -> new TimeColumn(PrimitiveTypeName.INT64, LongUnaryOperator.identity());
            case AMOUNT -> new AmountColumn(PrimitiveTypeName.DOUBLE, 0, false);
            case NAME, LABELS -> new TextColumn(0, TextColumn.NULL, text -> false, budget);
        };
    }

    /** The part of the file's schema that is read. */
    MessageType schema() {
        return new MessageType(messageName, fields);
    }

    /** The column of each field of {@link #schema}. */
    List<BatchColumn> inSchemaOrder() {
        return fieldColumns;
    }

    /** The columns of which nothing is read: all of their rows are null. */
    List<BatchColumn> nulls() {
        return nulls;
    }

    /** Bytes that a row takes in a batch, its texts left out. */
    int bytesPerRow() {
        return Stream.concat(fieldColumns.stream(), nulls.stream())
                        .mapToInt(BatchColumn::bytesPerRow)
                        .sum()
                + ORDER_BYTES;
    }

    /** By the report's name; null if the file has none. */
    BatchColumn get(String name) {
        return columns.get(name);
    }

    private static Optional<Type> find(GroupType schema, String name) {
        if (schema.containsField(name)) {
            return Optional.of(schema.getType(name));
        }
        return schema.getFields().stream()
                .filter(field -> field.getName().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    private BatchColumn column(ColumnSpec spec, Type field) throws RejectedObjectException {
        if (field.isRepetition(Type.Repetition.REPEATED)) {
            throw wrongType(field, spec);
        }
        if (!field.isPrimitive()) {
            return nestedLabels(spec, field.asGroupType());
        }
        final PrimitiveType type = field.asPrimitiveType();
        return switch (spec.kind()) {
            case TIME -> time(spec, type);
            case AMOUNT -> amount(spec, type);
            case NAME -> text(spec, type, limits.nameBytes(), TextColumn.TOO_LONG);
            case LABELS -> text(spec, type, limits.labelBytes(), TextColumn.UNREADABLE);
        };
    }

    private TextColumn text(ColumnSpec spec, PrimitiveType type, int longest, int codeOfLonger)
            throws RejectedObjectException {
        final LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        final boolean isText = logical == null
                || logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                || logical instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
                || logical instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
        if (type.getPrimitiveTypeName() != PrimitiveTypeName.BINARY || !isText) {
            throw wrongType(type, spec);
        }
        return new TextColumn(
                longest,
                codeOfLonger,
                spec.kind() == ColumnSpec.Kind.LABELS ? LabelText::unreadable : text -> false,
                budget);
    }

    private static TimeColumn time(ColumnSpec spec, PrimitiveType type) throws RejectedObjectException {
        final LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        switch (type.getPrimitiveTypeName()) {
            case INT64 -> {
                if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
                    final LongUnaryOperator toMicros =
                            switch (timestamp.getUnit()) {
                                case MILLIS -> millis -> Math.multiplyExact(millis, 1000L);
                                case MICROS -> LongUnaryOperator.identity();
                                case NANOS -> nanos -> Math.floorDiv(nanos, 1000L);
                            };
                    return new TimeColumn(PrimitiveTypeName.INT64, toMicros);
                }
            }
            case INT96 -> {
                return new TimeColumn(PrimitiveTypeName.INT96, LongUnaryOperator.identity());
            }
            case BINARY -> {
                if (logical == null || logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation) {
                    return new TimeColumn(PrimitiveTypeName.BINARY, LongUnaryOperator.identity());
                }
            }
            default -> throw wrongType(type, spec);
        }
        throw wrongType(type, spec);
    }

    private static AmountColumn amount(ColumnSpec spec, PrimitiveType type) throws RejectedObjectException {
        final LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        final PrimitiveTypeName primitive = type.getPrimitiveTypeName();
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            return new AmountColumn(primitive, decimal.getScale(), false);
        }
        if (logical instanceof IntLogicalTypeAnnotation integer) {
            return new AmountColumn(primitive, 0, !integer.isSigned());
        }
        if (logical instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation) {
            return AmountColumn.ofHalves();
        }
        return switch (primitive) {
            case DOUBLE, FLOAT, INT32, INT64 -> {
                if (logical != null) {
                    throw wrongType(type, spec);
                }
                yield new AmountColumn(primitive, 0, false);
            }
            default -> throw wrongType(type, spec);
        };
    }

    private BatchColumn nestedLabels(ColumnSpec spec, GroupType group) throws RejectedObjectException {
        if (spec.kind() != ColumnSpec.Kind.LABELS) {
            throw wrongType(group, spec);
        }
        final LogicalTypeAnnotation logical = group.getLogicalTypeAnnotation();
        if (logical == null) {
            for (final Type field : group.getFields()) {
                requireLeaf(field, spec);
            }
            return NestedLabels.struct(limits.labelBytes(), group, budget);
        }
        final boolean isMap = logical instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
                || logical instanceof LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
        if (!isMap || group.getFieldCount() != 1 || group.getType(0).isPrimitive()) {
            throw wrongType(group, spec);
        }
        final GroupType entry = group.getType(0).asGroupType();
        if (!entry.isRepetition(Type.Repetition.REPEATED) || entry.getFieldCount() != 2) {
            throw wrongType(group, spec);
        }
        requireLeaf(entry.getType(0), spec);
        requireLeaf(entry.getType(1), spec);
        return NestedLabels.map(limits.labelBytes(), entry, budget);
    }

    private static void requireLeaf(Type type, ColumnSpec spec) throws RejectedObjectException {
        final boolean leaf = type.isPrimitive()
                && !type.isRepetition(Type.Repetition.REPEATED)
                && type.asPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.INT96;
        if (!leaf) {
            throw wrongType(type, spec);
        }
    }

    private static RejectedObjectException wrongType(Type found, ColumnSpec spec) {
        final String expected =
                switch (spec.kind()) {
                    case TIME -> "a timestamp, or text";
                    case AMOUNT -> "a number";
                    case NAME -> "text";
                    case LABELS -> "text, a map or a struct of texts";
                };
        return new RejectedObjectException("column " + spec.name() + " is "
                + found.toString().replaceAll("\\s+", " ") + " instead of " + expected);
    }
}
