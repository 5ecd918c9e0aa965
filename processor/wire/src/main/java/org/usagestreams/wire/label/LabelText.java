package org.usagestreams.wire.label;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Labels as text: {@code {"app":"web"}} or {@code label_app:web|label_tier:front}, where the prefix is dropped (spec,
 * section 1). Values that are numbers or booleans read as their text; a key whose value is null is no label; of equal
 * keys the last one holds.
 */
public final class LabelText {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(1 << 20)
                    .build())
            .build();

    private static final String PREFIX = "label_";

    private LabelText() {}

    /**
     * Reads labels.
     *
     * @param text not null
     * @return the value of each key; empty where the text is empty or cannot be read
     */
    public static Map<String, String> parse(String text) {
        final Map<String, String> labels = read(text);
        return labels == null ? Map.of() : labels;
    }

    /** Whether a text that is not null is neither empty nor labels. */
    public static boolean unreadable(String text) {
        return read(text) == null;
    }

    /**
     * Labels as a JSON object, whatever their form is.
     *
     * @param text not null
     * @return empty where the text is neither empty nor labels
     */
    public static Optional<String> toJson(String text) {
        return Optional.ofNullable(read(text)).map(labels -> json(labels::forEach));
    }

    /**
     * Writes labels as a JSON object.
     *
     * @param labels passes each key and its value, in the order in which they are to be written
     */
    public static String json(Consumer<BiConsumer<String, String>> labels) {
        final StringBuilder text = new StringBuilder(128).append('{');
        final JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        labels.accept((key, value) -> {
            text.append(text.length() > 1 ? ",\"" : "\"");
            encoder.quoteAsString(key, text);
            text.append("\":\"");
            encoder.quoteAsString(value, text);
            text.append('"');
        });
        return text.append('}').toString();
    }

    /** Null where the text cannot be read. */
    private static Map<String, String> read(String text) {
        final String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return Map.of();
        }
        return switch (trimmed.charAt(0)) {
            case '{' -> readJson(trimmed);
            case '"', '[' -> isJson(trimmed) ? null : readPairs(trimmed);
            default -> readPairs(trimmed);
        };
    }

    /** A text or list in JSON is no object, even where it holds one; its colons are not those of pairs. */
    private static boolean isJson(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            // The rest of a text is read only when it is asked for.
            parser.getText();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static Map<String, String> readJson(String text) {
        final Map<String, String> labels = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final String key = wellFormed(parser.currentName());
                final JsonToken token = parser.nextToken();
                if (token == null || !token.isScalarValue()) {
                    return null;
                }
                if (token == JsonToken.VALUE_NULL) {
                    labels.remove(key);
                } else {
                    labels.put(key, wellFormed(parser.getText()));
                }
            }
            return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null ? labels : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static Map<String, String> readPairs(String text) {
        final Map<String, String> labels = new LinkedHashMap<>();
        for (final String pair : text.split("\\|", -1)) {
            final int colon = pair.indexOf(':');
            if (colon < 0) {
                return null;
            }
            final String key = pair.substring(0, colon);
            labels.put(
                    wellFormed(key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key),
                    wellFormed(pair.substring(colon + 1)));
        }
        return labels;
    }

    /** Half a surrogate pair, which JSON can smuggle in as an escape, has no UTF-8 form; U+FFFD takes its place. */
    private static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.setCharAt(i, '\uFFFD');
            }
        }
        return mended == null ? text : mended.toString();
    }
}
