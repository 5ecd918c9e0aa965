package org.usagestreams.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.usagestreams.wire.time.TimeText;

/** Reads {@code manifest.json}. Fields that mean nothing here are skipped. */
final class ManifestReader {
    /** The manifest's name in the archive. */
    static final String NAME = "manifest.json";

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private static final int LONGEST_CLUSTER_ID = 253;
    private static final int NESTING = 32;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING)
                    .maxStringLength(64 << 10)
                    .maxNameLength(1 << 10)
                    .build())
            .build();

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Set<String>> lists = new HashMap<>();
    private final int mostFiles;
    private boolean daily;

    private ManifestReader(int mostFiles) {
        this.mostFiles = mostFiles;
    }

    /**
     * Reads a manifest.
     *
     * @param mostFiles most files that it may name
     * @throws RejectedPayloadException where it is none
     */
    static Manifest read(byte[] json, int mostFiles) throws RejectedPayloadException {
        final ManifestReader reader = new ManifestReader(mostFiles);
        try (JsonParser parser = JSON.createParser(json)) {
            reader.readFields(parser);
            return reader.manifest();
        } catch (RejectedPayloadException e) {
            throw e;
        } catch (IOException e) {
            throw new RejectedPayloadException(
                    RejectionReason.BAD_MANIFEST, NAME, "not readable as JSON: " + firstLine(e.getMessage()), e);
        }
    }

    private static String firstLine(String message) {
        final int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private void readFields(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad("it is no JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            final String name = parser.currentName();
            final JsonToken value = parser.nextToken();
            switch (name) {
                case "uuid", "cluster_id", "version", "date", "start", "end" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        texts.put(name, parser.getText());
                    } else if (value != JsonToken.VALUE_NULL) {
                        throw bad(name + " is no text");
                    }
                }
                case "daily_reports" -> daily = flag(name, value);
                case "files", "resource_optimization_files" -> lists.put(name, names(name, parser, value));
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw bad("something follows the JSON object");
        }
    }

    private static boolean flag(String name, JsonToken value) throws RejectedPayloadException {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw bad(name + " is neither true nor false");
        };
    }

    private Set<String> names(String field, JsonParser parser, JsonToken value) throws IOException {
        final Set<String> names = new LinkedHashSet<>();
        if (value == JsonToken.VALUE_NULL) {
            return names;
        }
        if (value != JsonToken.START_ARRAY) {
            throw bad(field + " is no list");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw bad(field + " lists something that is no text");
            }
            final String name = MemberNames.checked(parser.getText());
            if (name.isEmpty() || !names.add(name)) {
                throw bad(field + " lists " + MemberNames.quoted(name) + (name.isEmpty() ? "" : " twice"));
            }
            if (names.size() > mostFiles) {
                throw new RejectedPayloadException(
                        RejectionReason.MANIFEST_TOO_LARGE, NAME, field + " lists more than " + mostFiles + " files");
            }
        }
        return names;
    }

    private Manifest manifest() throws RejectedPayloadException {
        final String uuid = required("uuid");
        if (!UUID_TEXT.matcher(uuid).matches()) {
            throw bad("uuid is " + MemberNames.quoted(uuid) + ", not a UUID");
        }
        final String cluster = required("cluster_id");
        if (cluster.length() > LONGEST_CLUSTER_ID || cluster.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw bad("cluster_id is " + MemberNames.quoted(cluster) + ", not the id of a cluster");
        }
        final Instant start = time("start");
        final Instant end = time("end");
        if (start != null && end != null && end.isBefore(start)) {
            throw bad("end " + end + " is before start " + start);
        }
        required("date");
        return new Manifest(
                UUID.fromString(uuid),
                cluster,
                texts.getOrDefault("version", ""),
                time("date"),
                lists.getOrDefault("files", Set.of()),
                lists.getOrDefault("resource_optimization_files", Set.of()),
                start,
                end,
                daily);
    }

    private String required(String field) throws RejectedPayloadException {
        final String text = texts.getOrDefault(field, "");
        if (text.isEmpty()) {
            throw bad(field + " is missing");
        }
        return text;
    }

    private Instant time(String field) throws RejectedPayloadException {
        final String text = texts.get(field);
        if (text == null || text.isEmpty()) {
            return null;
        }
        final long micros = TimeText.toMicros(text);
        if (micros == TimeText.NONE || micros < 0) {
            throw bad(field + " is " + MemberNames.quoted(text) + ", not a time since 1970");
        }
        return Instant.EPOCH.plusSeconds(micros / 1_000_000).plusNanos(micros % 1_000_000 * 1_000);
    }

    private static RejectedPayloadException bad(String message) {
        return new RejectedPayloadException(RejectionReason.BAD_MANIFEST, NAME, message);
    }
}
