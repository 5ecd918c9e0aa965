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
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/**
 * Labels as a native Parquet map or struct, read into the text that they would have as JSON. An absent map is null; a key
 * without a value is no label.
 */
final class NestedLabels extends TextColumn {
    private static final JsonMapper JSON = new JsonMapper();

    private final int longest;
    private final List<String> fields;
    private final List<Leaf> leaves = new ArrayList<>();
    private List<ColumnReader> readers = List.of();

    private NestedLabels(int longest, List<String> fields, int leafCount) {
        super(longest, UNREADABLE, text -> false);
        this.longest = longest;
        this.fields = fields;
        for (int i = 0; i < leafCount; i++) {
            leaves.add(new Leaf());
        }
    }

    /** A map: a leaf of keys and one of values. */
    static NestedLabels map(int longest) {
        return new NestedLabels(longest, null, 2);
    }

    /** A struct: a leaf for each key. */
    static NestedLabels struct(int longest, List<String> fields) {
        return new NestedLabels(longest, fields, fields.size());
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
    void read(int rows) {
        startWindow(rows);
        for (int row = 0; row < rows; row++) {
            final Map<String, String> labels = new TreeMap<>();
            final long length = fields == null ? readMap(labels) : readStruct(labels);
            if (length > longest) {
                codes()[row] = UNREADABLE;
            } else if (!labels.isEmpty()) {
                set(row, toJson(labels));
            }
        }
    }

    private long readMap(Map<String, String> labels) {
        final ColumnReader keys = readers.get(0);
        final ColumnReader values = readers.get(1);
        long length = 0;
        do {
            final String key = leaves.get(0).next(keys);
            final String value = leaves.get(1).next(values);
            length += leaves.get(0).length + leaves.get(1).length;
            if (key != null && value != null) {
                labels.put(key, value);
            }
        } while (keys.getCurrentRepetitionLevel() > 0);
        return length;
    }

    private long readStruct(Map<String, String> labels) {
        long length = 0;
        for (int i = 0; i < fields.size(); i++) {
            final String value = leaves.get(i).next(readers.get(i));
            length += leaves.get(i).length;
            if (value != null) {
                labels.put(fields.get(i), value);
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

    /** A leaf's current value as text; what is too long is only measured. */
    private final class Leaf extends PrimitiveConverter {
        private String text;
        private long length;

        /** The current value, null where there is none; the reader moves on. */
        String next(ColumnReader reader) {
            text = null;
            length = 0;
            if (reader.getCurrentDefinitionLevel() == reader.getDescriptor().getMaxDefinitionLevel()) {
                reader.writeCurrentValueToConverter();
            }
            reader.consume();
            return text;
        }

        @Override
        public void addBinary(Binary value) {
            length = value.length();
            text = value.length() > longest ? "" : value.toStringUsingUTF8();
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
