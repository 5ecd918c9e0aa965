package org.usagestreams.connectors.sink;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * The end of a day's pass: all rows of the revision precede it. Its record has the day's key with a uuid of zeros.
 *
 * @param offset of the record in its partition
 * @param timestamp of the record, milliseconds since 1970
 * @param status what becomes of the day's row in {@code summary_status}
 */
record DayMarker(long offset, long timestamp, Status status) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * The columns of {@code summary_status}.
     *
     * @param epoch when the application first published the day, milliseconds since 1970
     * @param revision counts within an epoch
     * @param rowCount rows in the table
     * @param changedAt ISO 8601; null if no revision was published
     */
    record Status(
            @JsonProperty("epoch") long epoch,
            @JsonProperty("revision") long revision,
            @JsonProperty("row_count") int rowCount,
            @JsonProperty("rows_set_aside") int rowsSetAside,
            @JsonProperty("live_objects") int liveObjects,
            @JsonProperty("changed_at") String changedAt,
            @JsonProperty("pod_usage_complete_hours") Integer podUsageCompleteHours,
            @JsonProperty("storage_usage_complete_hours") Integer storageUsageCompleteHours,
            @JsonProperty("node_labels_complete_hours") Integer nodeLabelsCompleteHours,
            @JsonProperty("namespace_labels_complete_hours") Integer namespaceLabelsCompleteHours) {}

    /**
     * Reads a marker's value.
     *
     * @throws MalformedRowException if the bytes are not a marker
     */
    static Status read(byte[] value) throws MalformedRowException {
        try {
            final Status status = JSON.readValue(value, Status.class);
            if (status.changedAt() != null) {
                Instant.parse(status.changedAt());
            }
            return status;
        } catch (IOException | DateTimeParseException e) {
            throw new MalformedRowException("a day's marker cannot be read: " + e.getMessage(), e);
        }
    }

    /** A status as JSON, which {@link #read} takes. */
    static String write(Status status) {
        try {
            return JSON.writeValueAsString(status);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write a day's status as JSON: " + e.getOriginalMessage(), e);
        }
    }
}
