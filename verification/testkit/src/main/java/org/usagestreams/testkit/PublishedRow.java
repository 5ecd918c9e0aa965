package org.usagestreams.testkit;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/** A published row as the CSV of the table would show it. */
public final class PublishedRow {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private PublishedRow() {}

    /** Text by column; null is empty. */
    public static Map<String, String> columns(byte[] value) {
        try {
            final JsonNode json = JSON.readTree(value);
            final Map<String, String> columns = new LinkedHashMap<>();
            json.properties().forEach(field -> {
                final JsonNode node = field.getValue();
                final boolean date =
                        field.getKey().equals("usage_start") || field.getKey().equals("usage_end");
                columns.put(
                        field.getKey(),
                        node.isNull()
                                ? ""
                                : date
                                        ? LocalDate.ofEpochDay(node.asLong()).toString()
                                        : node.isBigDecimal()
                                                ? node.decimalValue().toPlainString()
                                                : node.asText());
            });
            return columns;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
