package org.usagestreams.operations.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.usagestreams.topics.RecordPlace;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.wire.chunk.DayKey;

/** The days on the status topic, with their numbers of rows. */
public final class KnownDays {
    private static final JsonMapper JSON = new JsonMapper();

    private KnownDays() {}

    /** All of them. */
    public static List<DayKey> all(TopicReader reader, String statusTopic) {
        return read(reader, statusTopic, DayScope.ALL).keySet().stream()
                .map(DayKey::parse)
                .toList();
    }

    /** Reads them, by organisation, source and date. */
    static SortedMap<String, Long> read(TopicReader reader, String statusTopic, DayScope scope) {
        final TreeMap<String, Long> days = new TreeMap<>();
        reader.readAll(statusTopic, record -> {
            try {
                final JsonNode key = JSON.readTree(record.key());
                final DayKey day = new DayKey(
                        key.path("organisation").asText(),
                        key.path("source_uuid").asText(),
                        LocalDate.ofEpochDay(key.path("usage_date").asLong()));
                if (!scope.contains(day)) {
                    return;
                }
                if (record.value() == null) {
                    days.remove(day.toString());
                } else {
                    days.put(
                            day.toString(),
                            JSON.readTree(record.value()).path("row_count").asLong());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot parse the record " + RecordPlace.of(record), e);
            }
        });
        return days;
    }
}
