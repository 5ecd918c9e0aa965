package org.usagestreams.wire.summary;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;
import org.usagestreams.wire.chunk.DayKey;

/**
 * The key of a record on the summary topic, as JSON: organisation, source and usage date of the day, and the uuid of a row. The
 * uuid of zeros is that of the day's marker, which ends each pass. The keys of a day begin with the same bytes, and stand in the
 * same partition ({@link DayKey#partition}).
 */
public final class SummaryKey {
    /** The header of markers, so that readers who want rows only can tell them by it. Its value is empty. */
    public static final String MARKER_HEADER = "day-marker";

    /** The header of records that an expansion of partitions has written, on this and every other topic. */
    public static final String MOVED_HEADER = "usage-moved-for-partitions";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final byte[] MARKER = tail(new UUID(0, 0));

    private final DayKey day;
    private final byte[] bytes;

    private SummaryKey(DayKey day, byte[] bytes) {
        this.day = day;
        this.bytes = bytes;
    }

    /** Makes the keys of one day. */
    public static final class OfDay {
        private final DayKey day;
        private final byte[] prefix;

        /** Those of this day. */
        public OfDay(DayKey day) {
            this.day = day;
            prefix = ("{\"organisation\":\"" + quoted(day.organisation()) + "\",\"source_uuid\":\""
                            + quoted(day.source()) + "\",\"usage_start\":"
                            + day.date().toEpochDay() + ",\"uuid\":\"")
                    .getBytes(StandardCharsets.UTF_8);
        }

        private static String quoted(String text) {
            return new String(JsonStringEncoder.getInstance().quoteAsString(text));
        }

        /** The key of a row. */
        public SummaryKey row(UUID uuid) {
            return with(tail(uuid));
        }

        /** The key of the day's marker. */
        public SummaryKey marker() {
            return with(MARKER);
        }

        private SummaryKey with(byte[] tail) {
            final byte[] key = Arrays.copyOf(prefix, prefix.length + tail.length);
            System.arraycopy(tail, 0, key, prefix.length, tail.length);
            return new SummaryKey(day, key);
        }
    }

    private static byte[] tail(UUID uuid) {
        return (uuid + "\"}").getBytes(StandardCharsets.US_ASCII);
    }

    /** The day whose row it is. */
    public DayKey day() {
        return day;
    }

    /** The record's key; not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether a record's key is that of a day's marker. */
    public static boolean isMarker(byte[] key) {
        return key.length > MARKER.length
                && Arrays.equals(key, key.length - MARKER.length, key.length, MARKER, 0, MARKER.length);
    }

    private record Columns(String organisation, String sourceUuid, Long usageStart) {}

    /**
     * The day of a record's key.
     *
     * @throws IllegalArgumentException if the bytes are no such key
     */
    public static DayKey dayOf(byte[] key) {
        try {
            final Columns columns = JSON.readValue(key, Columns.class);
            if (columns == null
                    || columns.organisation() == null
                    || columns.sourceUuid() == null
                    || columns.usageStart() == null) {
                throw new IllegalArgumentException("it lacks organisation, source_uuid or usage_start");
            }
            return new DayKey(columns.organisation(), columns.sourceUuid(), LocalDate.ofEpochDay(columns.usageStart()));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Cannot parse the key of a summary record: " + new String(key, StandardCharsets.UTF_8) + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
