package org.usagestreams.splitter;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The tree of converters that Parquet finds a leaf's converter in. Records are never assembled: each leaf is read separately. */
final class ColumnConverters extends GroupConverter {
    private final List<Converter> children = new ArrayList<>();

    ColumnConverters(MessageType schema, NeededColumns columns) {
        this(
                schema,
                columns.inSchemaOrder().stream()
                        .flatMap(column -> column.converters().stream())
                        .iterator());
    }

    private ColumnConverters(GroupType group, Iterator<PrimitiveConverter> leaves) {
        for (final Type field : group.getFields()) {
            children.add(field.isPrimitive() ? leaves.next() : new ColumnConverters(field.asGroupType(), leaves));
        }
    }

    @Override
    public Converter getConverter(int fieldIndex) {
        return children.get(fieldIndex);
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
}
