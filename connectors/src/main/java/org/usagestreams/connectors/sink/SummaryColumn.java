package org.usagestreams.connectors.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A column of the summary's table that is ours, as the schemas of the topic's records name and type it.
 *
 * @param name in table and record
 * @param type what the field holds
 */
record SummaryColumn(String name, Type type) {
    /** The columns of the table's primary key, in its order, which come first wherever columns are listed. */
    static final List<SummaryColumn> KEY =
            List.of(new SummaryColumn("usage_start", Type.DATE), new SummaryColumn("uuid", Type.UUID));

    /** All columns: those of the key, then the others in the order of the value's schema. */
    static final List<SummaryColumn> ALL = read();

    /** How a field of a record becomes a value of a column. */
    enum Type {
        INTEGER("integer"),
        /** Days since 1970. */
        DATE("date"),
        TEXT("text"),
        /** JSON as a text. */
        JSON("jsonb"),
        /** A JSON number; every digit counts. */
        NUMERIC("numeric"),
        UUID("uuid");

        private final String sql;

        Type(String sql) {
            this.sql = sql;
        }

        /** PostgreSQL's type, without a limit: what is too long is the table's to refuse. */
        String sql() {
            return sql;
        }
    }

    private static List<SummaryColumn> read() {
        final List<SummaryColumn> columns = new ArrayList<>(KEY);
        final String schema = "/connectors/daily-summary-value.schema.json";
        try (InputStream in = SummaryColumn.class.getResourceAsStream(schema)) {
            for (final JsonNode field : new JsonMapper().readTree(in).get("fields")) {
                columns.add(new SummaryColumn(
                        field.get("field").asText(),
                        type(field.get("type").asText(), field.path("name").asText())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + schema + ", a file of the program itself", e);
        }
        return List.copyOf(columns);
    }

    private static Type type(String type, String name) {
        return switch (name) {
            case "org.apache.kafka.connect.data.Date" -> Type.DATE;
            case "org.apache.kafka.connect.data.Decimal" -> Type.NUMERIC;
            case "io.debezium.data.Json" -> Type.JSON;
            case "io.debezium.data.Uuid" -> Type.UUID;
            default -> type.equals("int32") ? Type.INTEGER : Type.TEXT;
        };
    }
}
