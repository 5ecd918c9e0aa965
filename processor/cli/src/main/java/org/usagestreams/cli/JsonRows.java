package org.usagestreams.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;

/** Makes JSON objects of what commands list. */
final class JsonRows {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonRows() {}

    /** An object without fields. */
    static ObjectNode row() {
        return JSON.createObjectNode();
    }

    /** A record with its fields, their names in snake case. */
    static ObjectNode of(Object value) {
        return JSON.valueToTree(value);
    }

    /** As PostgreSQL returned them. */
    static List<ObjectNode> parse(List<String> rows) {
        return rows.stream().map(JsonRows::parse).toList();
    }

    private static ObjectNode parse(String row) {
        try {
            return (ObjectNode) JSON.readTree(row);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Cannot parse a JSON object that PostgreSQL returned", e);
        }
    }
}
