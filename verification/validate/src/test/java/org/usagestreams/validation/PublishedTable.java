package org.usagestreams.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Published rows as an export of the table has them. */
final class PublishedTable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private PublishedTable() {}

    /** The published rows as the table's, with the organisation before the columns. */
    static Path write(Map<String, byte[]> published, Path file) throws IOException {
        final List<String> lines = new ArrayList<>();
        lines.add("organisation," + String.join(",", ExpectedSummary.columns()));
        for (final Map.Entry<String, byte[]> row : published.entrySet()) {
            final JsonNode value = JSON.readTree(row.getValue());
            lines.add(field(JSON.readTree(row.getKey().getBytes(UTF_8)).get("organisation"), "organisation") + ","
                    + ExpectedSummary.columns().stream()
                            .map(column -> field(value.get(column), column))
                            .collect(Collectors.joining(",")));
        }
        return Files.write(file, lines);
    }

    private static String field(JsonNode value, String column) {
        if (value.isNull()) {
            return "";
        }
        final String text = column.equals("usage_start") || column.equals("usage_end")
                ? LocalDate.ofEpochDay(value.asLong()).toString()
                : value.isBigDecimal() ? value.decimalValue().toPlainString() : value.asText();
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
