package org.usagestreams.splitter;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Labels as a native Parquet map or struct, read into the text that they would have as JSON. An absent map is null; a key
 * without a value is no label.
 */
final class NestedLabels extends TextColumn {
    private static final JsonMapper JSON = new JsonMapper();

    private final int longest;
    private final List<String> fields;
    private final ObjectBudget budget;
    private final List<Leaf> leaves = new ArrayList<>();

    /** Those of the row at hand. */
    private final Map<String, String> labels = new TreeMap<>();

    private List<ColumnReader> readers = List.of();

    private NestedLabels(int longest, List<Type> types, List<String> fields, ObjectBudget budget) {
        super(longest, UNREADABLE, text -> false, budget);
        this.longest = longest;
        this.fields = fields;
        this.budget = budget;
        for (final Type type : types) {
            leaves.add(new Leaf(type.asPrimitiveType().getPrimitiveTypeName()));
        }
    }

    /** A map, whose entry has a leaf of keys and one of values. */
    static NestedLabels map(int longest, GroupType entry, ObjectBudget budget) {
        return new NestedLabels(longest, entry.getFields(), null, budget);
    }

    /** A struct: a leaf for each key. */
    static NestedLabels struct(int longest, GroupType group, ObjectBudget budget) {
        return new NestedLabels(
                longest,
                group.getFields(),
                group.getFields().stream().map(Type::getName).toList(),
                budget);
    }

    @Override
    List<PrimitiveConverter> converters() {
        return List.copyOf(leaves);
    }

    @Override
    void begin(int rowGroup, List<ColumnReader> columnReaders) {
        readers = columnReaders;
    }

    @Override
    int read(int rows) {
        startWindow(rows);
        for (row = 0; row < rows && !full; row++) {
            labels.clear();
            final long length = fields == null ? readMap() : readStruct();
            if (length > longest) {
                setUnreadable(row);
            } else if (!labels.isEmpty()) {
                final String text = toJson(labels);
                budget.decode(text.length());
                set(row, text);
            }
        }
        return row;
    }

    private long readMap() {
        final ColumnReader keys = readers.get(0);
        final ColumnReader values = readers.get(1);
        long length = 0;
        do {
            final boolean hasKey = leaves.get(0).next(keys);
            final boolean hasValue = leaves.get(1).next(values);
            length += leaves.get(0).length + leaves.get(1).length;
            if (length > longest) {
                // Whatever follows, the row's labels are unreadable: nothing of them is kept.
                labels.clear();
            } else if (hasKey && hasValue) {
                labels.put(leaves.get(0).text(), leaves.get(1).text());
            }
        } while (keys.getCurrentRepetitionLevel() > 0);
        return length;
    }

    private long readStruct() {
        long length = 0;
        for (int i = 0; i < fields.size(); i++) {
            final boolean present = leaves.get(i).next(readers.get(i));
            length += leaves.get(i).length;
            if (length > longest) {
                labels.clear();
            } else if (present) {
                labels.put(fields.get(i), leaves.get(i).text());
            }
        }
        return length;
    }

    private static String toJson(Map<String, String> labels) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            for (final Map.Entry<String, String> label : labels.entrySet()) {
                out.writeStringField(label.getKey(), label.getValue());
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** A leaf's current value. Bytes become text only when they are asked for. */
    private final class Leaf extends PrimitiveConverter {
        private final boolean isBinary;
        private Dictionary dictionary;
        private boolean isFromDictionary;
        private Binary bytes;
        private String text;
        private long length;

        Leaf(PrimitiveTypeName type) {
            isBinary = type == PrimitiveTypeName.BINARY || type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        }

        /** Takes the current value, and the reader moves on; whether there is one. */
        boolean next(ColumnReader reader) {
            bytes = null;
            text = null;
            length = 0;
            if (reader.getCurrentDefinitionLevel() == reader.getDescriptor().getMaxDefinitionLevel()) {
                reader.writeCurrentValueToConverter();
            }
            reader.consume();
            return bytes != null || text != null;
        }

        String text() {
            if (bytes == null) {
                return text;
            }
            if (isFromDictionary) {
                budget.decode(length);
            }
            return bytes.toStringUsingUTF8();
        }

        @Override
        public boolean hasDictionarySupport() {
            return isBinary;
        }

        @Override
        public void setDictionary(Dictionary values) {
            dictionary = values;
        }

        @Override
        public void addValueFromDictionary(int id) {
            bytes = dictionary.decodeToBinary(id);
            length = bytes.length();
            isFromDictionary = true;
        }

        @Override
        public void addBinary(Binary value) {
            bytes = value;
            length = value.length();
            isFromDictionary = false;
            budget.decode(length);
        }

        @Override
        public void addBoolean(boolean value) {
            text = Boolean.toString(value);
        }

        @Override
        public void addDouble(double value) {
            text = Double.toString(value);
        }

        @Override
        public void addFloat(float value) {
            text = Float.toString(value);
        }

        @Override
        public void addInt(int value) {
            text = Integer.toString(value);
        }

        @Override
        public void addLong(long value) {
            text = Long.toString(value);
        }
    }
}
