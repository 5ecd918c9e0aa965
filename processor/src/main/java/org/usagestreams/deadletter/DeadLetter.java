package org.usagestreams.deadletter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Something that could not be processed.
 *
 * @param step where in the flow
 * @param reason why, for people, and what to do
 * @param object {@code bucket/key}; null where it is not known
 * @param etag of the object's version; null where it is not known
 * @param versionId of the object's version; null without versioning
 * @param place where in the object: row group or chunk, or the row; null for all of it
 * @param record the input: topic, partition and offset; null where there is none
 * @param payload the input's bytes in Base64, cut off at {@link #PAYLOAD_BYTES}; null where they would not help
 * @param time when it was set aside, ISO 8601
 */
public record DeadLetter(
        Step step,
        String reason,
        String object,
        String etag,
        String versionId,
        String place,
        String record,
        String payload,
        String time) {
    /** Most bytes of an input that a dead letter carries: enough to see the cause, never a whole object. */
    public static final int PAYLOAD_BYTES = 8 << 10;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    /** Steps of the flow. */
    public enum Step {
        NOTIFICATION,
        SPLIT,
        SUMMARISE,
        PUBLISH
    }

    /** The record's key: the object's name, or the input's place. */
    public byte[] key() {
        return (object != null ? object : String.valueOf(record)).getBytes(StandardCharsets.UTF_8);
    }

    /** The record's value. */
    public byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a dead letter is texts only", e);
        }
    }

    /** The start of an input as a dead letter carries it; null for none. */
    public static String payloadOf(byte[] input) {
        return input == null
                ? null
                : Base64.getEncoder().encodeToString(Arrays.copyOf(input, Math.min(input.length, PAYLOAD_BYTES)));
    }
}
