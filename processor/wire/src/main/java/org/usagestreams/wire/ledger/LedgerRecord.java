package org.usagestreams.wire.ledger;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * A record of the ledger topic, as far as services need it.
 *
 * @param version the version with its event
 * @param state where it stands
 * @param countedMillis when it became COUNTED; 0 where it did not
 * @param days the days of its line items; empty where they are not known
 */
public record LedgerRecord(ObjectVersion version, UploadState state, long countedMillis, List<DayKey> days) {
    /** Reason of {@code SUPERSEDED} where another version of the object has taken its place. */
    public static final String NEWER_VERSION = "a newer version";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** The fields of a record's value that are needed here; null where they are missing. */
    private record Columns(
            String bucket,
            String objectKey,
            String etag,
            String versionId,
            String eventAt,
            String sequencer,
            UploadState state,
            String countedAt,
            String organisation,
            String sourceUuid,
            String usageDates) {
        /** The dates are a JSON array as text, since the column is JSON. */
        List<DayKey> days() throws IOException {
            if (usageDates == null || sourceUuid == null) {
                return List.of();
            }
            final List<DayKey> days = new ArrayList<>();
            for (final String date : JSON.readValue(usageDates, String[].class)) {
                days.add(new DayKey(text(organisation), sourceUuid, LocalDate.parse(date)));
            }
            return days;
        }
    }

    /**
     * Reads a record's value.
     *
     * @param value null for a tombstone
     * @return empty for a tombstone
     * @throws IllegalArgumentException if the value cannot be parsed, or a later version of the program wrote it
     */
    public static Optional<LedgerRecord> parse(byte[] value) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            final Columns entry = JSON.readValue(value, Columns.class);
            if (entry == null || entry.state() == null) {
                throw new IllegalArgumentException("it has no state");
            }
            return Optional.of(new LedgerRecord(
                    ObjectVersion.newBuilder()
                            .setBucket(text(entry.bucket()))
                            .setKey(text(entry.objectKey()))
                            .setEtag(text(entry.etag()))
                            .setVersionId(text(entry.versionId()))
                            .setEventTimeMillis(millis(entry.eventAt()))
                            .setSequencer(text(entry.sequencer()))
                            .build(),
                    entry.state(),
                    millis(entry.countedAt()),
                    entry.days()));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException("Cannot parse a ledger entry: " + e.getMessage(), e);
        }
    }

    private static String text(String field) {
        return field == null ? "" : field;
    }

    private static long millis(String time) {
        return time == null ? 0 : Instant.parse(time).toEpochMilli();
    }
}
