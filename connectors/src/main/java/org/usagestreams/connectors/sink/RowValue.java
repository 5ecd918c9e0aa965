package org.usagestreams.connectors.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Turns the JSON of a row into the fields of its columns, without an object for each: {@link SummaryColumn#ALL} but those of
 * the key. Fields that are not columns are passed over, columns without a field are null. Used by one thread.
 */
final class RowValue {
    private static final JsonFactory JSON = new JsonFactory();
    private static final List<SummaryColumn> COLUMNS =
            SummaryColumn.ALL.subList(SummaryColumn.KEY.size(), SummaryColumn.ALL.size());

    private static final SerializableString[] NAMES =
            COLUMNS.stream().map(column -> new SerializedString(column.name())).toArray(SerializableString[]::new);

    private final Map<String, Integer> byName = new HashMap<>();
    private final BinaryCopy fields = new BinaryCopy();
    private final int[] starts = new int[COLUMNS.size()];
    private final int[] ends = new int[COLUMNS.size()];

    RowValue() {
        for (int i = 0; i < COLUMNS.size(); i++) {
            byName.put(COLUMNS.get(i).name(), i);
        }
    }

    /**
     * Reads a row.
     *
     * @throws MalformedRowException if the bytes are not a row
     */
    void read(byte[] value) throws MalformedRowException {
        fields.reset();
        Arrays.fill(starts, -1);
        String name = null;
        try (JsonParser parser = JSON.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedRowException("its value is not a JSON object");
            }
            int expected = 0;
            // Rows have their fields in the schema's order, with two of the key between them: then no name becomes a
            // text.
            while (true) {
                final int column;
                if (expected < NAMES.length && parser.nextFieldName(NAMES[expected])) {
                    column = expected;
                } else if (isField(parser, expected)) {
                    column = byName.getOrDefault(parser.currentName(), -1);
                } else {
                    break;
                }
                name = parser.currentName();
                parser.nextToken();
                if (column < 0) {
                    parser.skipChildren();
                    continue;
                }
                expected = column + 1;
                starts[column] = fields.size();
                field(parser, COLUMNS.get(column).type());
                ends[column] = fields.size();
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedRowException(
                    "its value cannot be read" + (name == null ? "" : " at field " + name) + ": " + e.getMessage(), e);
        }
    }

    /** Whether another field follows; where none was expected, the parser has not looked yet. */
    private static boolean isField(JsonParser parser, int expected) throws IOException {
        return (expected < NAMES.length ? parser.currentToken() : parser.nextToken()) == JsonToken.FIELD_NAME;
    }

    private void field(JsonParser parser, SummaryColumn.Type type) throws IOException, MalformedRowException {
        final JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            fields.nothing();
            return;
        }
        final boolean fits =
                switch (type) {
                    case INTEGER, DATE -> token == JsonToken.VALUE_NUMBER_INT;
                    case NUMERIC -> token.isNumeric();
                    default -> token == JsonToken.VALUE_STRING;
                };
        if (!fits) {
            throw new MalformedRowException("its field " + parser.currentName() + " is no "
                    + type.name().toLowerCase(Locale.ROOT));
        }
        switch (type) {
            case INTEGER -> fields.integer(parser.getIntValue());
            case DATE -> fields.date(parser.getIntValue());
            case NUMERIC -> fields.numeric(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            case TEXT -> fields.text(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            case JSON -> fields.json(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            case UUID -> {
                final UUID uuid = UUID.fromString(parser.getText());
                fields.uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
            }
        }
    }

    /** Writes the fields in the order of the columns. */
    void writeTo(BinaryCopy copy) {
        for (int column = 0; column < starts.length; column++) {
            if (starts[column] < 0) {
                copy.nothing();
            } else {
                copy.fields(fields, starts[column], ends[column] - starts[column]);
            }
        }
    }

    /** Writes a null for each of these columns. */
    static void writeNothing(BinaryCopy copy) {
        COLUMNS.forEach(column -> copy.nothing());
    }
}
