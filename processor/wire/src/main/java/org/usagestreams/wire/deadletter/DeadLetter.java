package org.usagestreams.wire.deadletter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.MalformedChunkException;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.PayloadKey;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Something that could not be processed.
 *
 * @param step where in the flow
 * @param reason why, for people, and what to do
 * @param version the object's version; null where there is none
 * @param place where in the object: row group or chunk, or the row; null for all of it
 * @param record the input: topic, partition and offset, or a source's day; null where there is none
 * @param payload the input's bytes in Base64, cut off at {@link #PAYLOAD_BYTES}; null where they would not help
 * @param time when it was set aside, ISO 8601
 * @param retry what is done about it by itself; null where nothing is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeadLetter(
        Step step,
        String reason,
        ObjectOf version,
        String place,
        String record,
        String payload,
        String time,
        Retry retry) {
    /** Most bytes of an input that a dead letter carries: enough to see the cause, never a whole object. */
    public static final int PAYLOAD_BYTES = 8 << 10;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final int DIGEST_BYTES = 8;

    /** A dead letter of what is only tried again when people say so. */
    public DeadLetter(
            Step step, String reason, ObjectOf version, String place, String record, String payload, String time) {
        this(step, reason, version, place, record, payload, time, null);
    }

    /**
     * What a dead letter's input is tried again by.
     *
     * @param notBefore when, ISO 8601
     * @param key of the record on the notification topic
     * @param event the record's value, JSON
     * @param cluster what a payload waits for, and then it is tried again before that time; null for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Retry(String notBefore, String key, String event, AwaitedCluster cluster) {
        /** A retry at a given time. */
        public Retry(String notBefore, String key, String event) {
            this(notBefore, key, event, null);
        }
    }

    /**
     * A cluster that is not known yet.
     *
     * @param organisation whose cluster it is
     * @param id as the cluster's operator sends it
     * @param bytes size of the payload that waits
     */
    public record AwaitedCluster(String organisation, String id, long bytes) {}

    /** Most characters of a reason, of a place and of the name of a record. */
    private static final int TEXT = 2_000;

    /** Cuts texts that may come from outside, so that neither a dead letter nor what quotes it grows with them. */
    public DeadLetter {
        reason = cut(reason);
        place = cut(place);
        record = cut(record);
    }

    private static String cut(String text) {
        if (text == null || text.length() <= TEXT) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(TEXT - 1)) ? TEXT - 1 : TEXT);
    }

    /** Steps of the flow. */
    public enum Step {
        NOTIFICATION,
        /** A payload cannot be fetched as it was announced. */
        ANNOUNCEMENT,
        /** A payload is refused, or waits until its cluster is known. */
        PAYLOAD,
        SPLIT,
        /** The store does not give the object out, though it gives out others. Tried again by itself. */
        STORE,
        /** The object holds days that are no longer remembered. */
        RETENTION,
        SUMMARISE,
        PUBLISH,
        /** PostgreSQL refuses a day. Tried again by itself. */
        LOAD,
        /** A webhook does not take an event. */
        DELIVER
    }

    /**
     * The version of an object that a dead letter is about.
     *
     * @param etag empty where it is not known
     * @param versionId empty without versioning
     * @param eventMillis when it became the current one
     * @param uploadedMillis when it was uploaded
     */
    public record ObjectOf(
            String bucket, String key, String etag, String versionId, long eventMillis, long uploadedMillis) {
        /** That of a version. */
        public static ObjectOf version(ObjectVersion version) {
            return new ObjectOf(
                    version.getBucket(),
                    version.getKey(),
                    version.getEtag(),
                    version.getVersionId(),
                    version.getEventTimeMillis(),
                    version.getUploadedMillis());
        }

        /** {@code bucket/key}. */
        public String name() {
            return bucket + "/" + key;
        }
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException where it is no dead letter
     */
    public static DeadLetter parse(byte[] value) {
        try {
            return JSON.readValue(value, DeadLetter.class);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a dead letter: " + e.getMessage(), e);
        }
    }

    /** What could not be processed: {@code bucket/key}, or the input's place. */
    public String subject() {
        return version != null ? version.name() : String.valueOf(record);
    }

    /** The organisation of the object, or of the day, that it is about; empty where it is about neither. */
    public Optional<String> organisation() {
        if (version != null) {
            return ReportKey.of(version.key()).map(ReportKey::organisation).or(() -> PayloadKey.of(version.key())
                    .map(PayloadKey::organisation));
        }
        if (record == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(DayKey.parse(record).organisation());
        } catch (MalformedChunkException e) {
            return Optional.empty();
        }
    }

    /**
     * The record's key: the subject, {@code #}, and a digest of step, version, place and input. The same thing going wrong in
     * the same event has the same id; in another event it has another.
     */
    public String id() {
        try {
            final MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (final Object part : new Object[] {step, version, place, record}) {
                sha.update(String.valueOf(part).getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return subject() + "#" + HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The record's key as bytes. */
    public byte[] key() {
        return id().getBytes(StandardCharsets.UTF_8);
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

    /** A time as a dead letter has it. */
    public static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
