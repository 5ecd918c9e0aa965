package org.usagestreams.wire.completion;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * A completion event: PostgreSQL holds a revision of a day, all of its rows. It is told at least once; the same revision has the
 * same {@link #eventId} each time. Its JSON names the fields as the columns of {@code summary_status}.
 *
 * @param organisation as object keys name it; may be empty
 * @param usageDate ISO 8601
 * @param epoch when the application first published the day, milliseconds since 1970
 * @param revision counts within an epoch
 * @param rowCount rows of ours that the day has now
 * @param rowsChanged rows that this load wrote or removed; where a whole partition was read again, also those that stayed the same
 * @param changedColumns columns in which rows differ from those before; null where any may: it was not looked at, or rows were
 *     added or removed
 * @param podUsageCompleteHours hours from midnight without a gap; null where it is not known, here and in the next three
 * @param changedAt when the revision was published, ISO 8601
 * @param loadedAt when it was loaded, shortly before the commit, ISO 8601
 */
@JsonPropertyOrder({"event_id", "organisation", "source_uuid", "usage_date", "epoch", "revision"})
public record DayCompletion(
        String organisation,
        String sourceUuid,
        String usageDate,
        long epoch,
        long revision,
        int rowCount,
        long rowsChanged,
        List<String> changedColumns,
        Integer podUsageCompleteHours,
        Integer storageUsageCompleteHours,
        Integer nodeLabelsCompleteHours,
        Integer namespaceLabelsCompleteHours,
        String changedAt,
        String loadedAt) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** The same for the same revision of the same day, and for no other: what consumers tell repetitions by. */
    @JsonProperty("event_id")
    public UUID eventId() {
        return UUID.nameUUIDFromBytes((day() + "|" + epoch + "|" + revision).getBytes(StandardCharsets.UTF_8));
    }

    /** The day, as a key: {@code organisation|source|date}. */
    public String day() {
        return organisation + "|" + sourceUuid + "|" + usageDate;
    }

    /** The event as JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write an event as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads an event.
     *
     * @throws IllegalArgumentException where the text is none
     */
    public static DayCompletion parse(String json) {
        try {
            final DayCompletion read = JSON.readValue(json, DayCompletion.class);
            if (read == null || read.organisation() == null || read.sourceUuid() == null || read.usageDate() == null) {
                throw new IllegalArgumentException("No completion event: it names no day");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No completion event: " + e.getOriginalMessage(), e);
        }
    }
}
