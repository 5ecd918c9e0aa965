package org.usagestreams.connectors.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;

/**
 * Reads the keys of the summary topic: organisation, source, usage date and uuid. The keys of a day have the same beginning, which is
 * parsed once. Used by one thread.
 */
final class RowKey {
    private static final JsonFactory JSON = new JsonFactory();
    /** A uuid's text, and {@code "}} behind it. */
    private static final int TAIL = 36 + 2;

    private byte[] lastKey = {};
    private Day day;
    private long high;
    private long low;

    /**
     * A day of a source.
     *
     * @param organisation may be empty
     * @param source its uuid
     * @param epochDay days since 1970
     */
    record Day(String organisation, String source, int epochDay) {}

    /**
     * Reads a key.
     *
     * @throws MalformedRowException if the bytes are not such a key
     */
    void read(byte[] key) throws MalformedRowException {
        final int prefix = key.length - TAIL;
        if (day != null
                && key.length == lastKey.length
                && Arrays.equals(key, 0, prefix, lastKey, 0, prefix)
                && key[key.length - 2] == '"') {
            uuid(key, prefix);
        } else {
            parse(key);
        }
        lastKey = key;
    }

    Day day() {
        return day;
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** Whether it is the key of a day's marker: the uuid of no row. */
    boolean isMarker() {
        return high == 0 && low == 0;
    }

    private void parse(byte[] key) throws MalformedRowException {
        String organisation = null;
        String source = null;
        String uuid = null;
        int date = Integer.MIN_VALUE;
        day = null;
        try (JsonParser parser = JSON.createParser(key)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedRowException("its key is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final String name = parser.currentName();
                final JsonToken token = parser.nextToken();
                if (token == JsonToken.VALUE_STRING) {
                    switch (name) {
                        case "organisation" -> organisation = parser.getText();
                        case "source_uuid" -> source = parser.getText();
                        case "uuid" -> uuid = parser.getText();
                        default -> {}
                    }
                } else if (token == JsonToken.VALUE_NUMBER_INT && name.equals("usage_start")) {
                    date = parser.getIntValue();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new MalformedRowException("its key cannot be parsed: " + e.getMessage(), e);
        }
        if (organisation == null || source == null || uuid == null || date == Integer.MIN_VALUE) {
            throw new MalformedRowException("its key lacks organisation, source_uuid, usage_start or uuid");
        }
        try {
            // PostgreSQL would refuse the day, and nobody could set it aside by its key.
            UUID.fromString(source);
            final UUID parsed = UUID.fromString(uuid);
            high = parsed.getMostSignificantBits();
            low = parsed.getLeastSignificantBits();
        } catch (IllegalArgumentException e) {
            throw new MalformedRowException("its key has invalid UUIDs: " + source + ", " + uuid, e);
        }
        day = new Day(organisation, source, date);
    }

    private void uuid(byte[] key, int at) throws MalformedRowException {
        long bits = 0;
        int digits = 0;
        for (int i = at; i < at + 36; i++) {
            if (key[i] == '-') {
                continue;
            }
            final int digit = Character.digit(key[i], 16);
            if (digit < 0) {
                throw new MalformedRowException("its key has no uuid");
            }
            bits = (bits << 4) | digit;
            if (++digits == 16) {
                high = bits;
                bits = 0;
            }
        }
        if (digits != 32) {
            throw new MalformedRowException("its key has no uuid");
        }
        low = bits;
    }
}
