package org.usagestreams.summarizer;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.usagestreams.rules.CompleteHours;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.SliceEnd;

/** The state of a day: JSON whose fields are the columns of {@code summary_status}. */
final class SummaryStatus {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private SummaryStatus() {}

    /** The columns of the table's primary key; the date as days since 1970. */
    private record Key(String organisation, String sourceUuid, long usageDate) {}

    /**
     * The table's other columns.
     *
     * @param changedAt null if no revision was published
     * @param completeHours by column; null if it is not known
     */
    private record Columns(
            long revision,
            int rowCount,
            int rowsSetAside,
            int liveObjects,
            String changedAt,
            @JsonAnyGetter Map<String, Integer> completeHours) {}

    /** The key of a day's record. */
    static byte[] key(DayKey day) {
        return json(new Key(day.organisation(), day.source(), day.date().toEpochDay()));
    }

    /** The value of a day's record. */
    static byte[] value(DayKey day, PublishedDay published, List<SliceEnd> live) {
        return json(columns(day, published, live));
    }

    private static Columns columns(DayKey day, PublishedDay published, List<SliceEnd> live) {
        final Map<String, Integer> completeHours = new LinkedHashMap<>();
        for (final ReportType type : ReportType.values()) {
            final OptionalInt hours = CompleteHours.of(live, type, day.date());
            completeHours.put(
                    type.name().toLowerCase(Locale.ROOT) + "_complete_hours",
                    hours.isPresent() ? hours.getAsInt() : null);
        }
        return new Columns(
                published.getRevision(),
                published.getRows() - published.getRowsSetAside(),
                published.getRowsSetAside(),
                published.getSlicesCounted(),
                published.getChangedMillis() == 0
                        ? null
                        : Instant.ofEpochMilli(published.getChangedMillis()).toString(),
                completeHours);
    }

    /** The value of a day's marker on the summary topic: the same, with the epoch, and the one column that no row lacks. */
    static byte[] marker(DayKey day, PublishedDay published, List<SliceEnd> live) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("usage_end", day.date().toEpochDay());
        fields.put("epoch", published.getEpochMillis());
        fields.putAll(JSON.convertValue(columns(day, published, live), new TypeReference<Map<String, Object>>() {}));
        return json(fields);
    }

    private static byte[] json(Object value) {
        try {
            // Not as bytes at once: that would escape what is beyond the BMP, and make other keys than RowJson does.
            return JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write a day's status as JSON: " + e.getOriginalMessage(), e);
        }
    }
}
