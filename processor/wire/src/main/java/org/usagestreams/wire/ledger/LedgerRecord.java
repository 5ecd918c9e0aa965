package org.usagestreams.wire.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * A record of the ledger topic, as far as services need it.
 *
 * @param version the version with its event
 * @param state where it stands
 * @param countedMillis when it became COUNTED; 0 where it did not
 */
public record LedgerRecord(ObjectVersion version, UploadState state, long countedMillis) {
    /** Reason of {@code SUPERSEDED} where another version of the object has taken its place. */
    public static final String NEWER_VERSION = "a newer version";

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Reads a record's value.
     *
     * @param value null for a tombstone
     * @return empty for a tombstone
     * @throws IllegalArgumentException where it is none of ours, or of a later version of the program
     */
    public static Optional<LedgerRecord> parse(byte[] value) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            final JsonNode entry = JSON.readTree(value);
            return Optional.of(new LedgerRecord(
                    ObjectVersion.newBuilder()
                            .setBucket(entry.path("bucket").asText())
                            .setKey(entry.path("object_key").asText())
                            .setEtag(entry.path("etag").asText())
                            .setVersionId(entry.path("version_id").asText())
                            .setEventTimeMillis(millis(entry.path("event_at")))
                            .setSequencer(entry.path("sequencer").asText())
                            .build(),
                    UploadState.valueOf(entry.path("state").asText()),
                    millis(entry.path("counted_at"))));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException("Cannot parse a ledger entry: " + e.getMessage(), e);
        }
    }

    private static long millis(JsonNode time) {
        return time.isTextual() ? Instant.parse(time.asText()).toEpochMilli() : 0;
    }
}
