package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.usagestreams.instance.WebSite.Ask;

/** How values are written for people. Texts are escaped by the templates, not here. */
public final class Show {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final char THIN_SPACE = '\u202f';
    private static final int KIB = 1024;

    private Show() {}

    /** A field as text; empty where it is missing or null. */
    public static String text(JsonNode node, String field) {
        return node.path(field).isNull() ? "" : node.path(field).asText("");
    }

    /** A field that counts; a dash where it is missing or null. */
    public static String number(JsonNode node, String field) {
        return node.path(field).isNumber() ? number(node.path(field).asLong()) : "–";
    }

    /** A number with its thousands apart. */
    public static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', THIN_SPACE);
    }

    /** An amount with three digits behind the point; a dash where it is missing or null. */
    public static String amount(JsonNode node, String field) {
        return node.path(field).isNumber()
                ? String.format(Locale.ROOT, "%,.3f", node.path(field).asDouble())
                        .replace(',', THIN_SPACE)
                : "–";
    }

    /** A rate in a second, with a digit behind the point where it is small; a dash where it is missing. */
    public static String rate(JsonNode node, String field) {
        if (!node.path(field).isNumber()) {
            return "–";
        }
        final double rate = node.path(field).asDouble();
        return rate > 0 && rate < 10 ? String.format(Locale.ROOT, "%.1f", rate) : number(Math.round(rate));
    }

    /** The first elements of an array: a page with thousands of rows takes long to draw. */
    public static List<JsonNode> first(JsonNode array, int most) {
        return StreamSupport.stream(array.spliterator(), false).limit(most).toList();
    }

    /** A time in UTC, to the second; a dash where it is missing. */
    public static String time(JsonNode node, String field) {
        final OffsetDateTime time = parse(text(node, field));
        return time == null ? "–" : TIME.format(time);
    }

    /** A time as browsers read it; empty where it is missing. */
    public static String instant(JsonNode node, String field) {
        final OffsetDateTime time = parse(text(node, field));
        return time == null ? "" : time.toInstant().toString();
    }

    /** The time from one field to another, such as {@code 1.2 s}; empty where one is missing. */
    public static String between(JsonNode node, String from, String to) {
        final OffsetDateTime begin = parse(text(node, from));
        final OffsetDateTime end = parse(text(node, to));
        return begin == null || end == null
                ? ""
                : seconds(Duration.between(begin, end).toMillis() / 1e3);
    }

    /** Seconds, in the unit that fits. */
    public static String seconds(double seconds) {
        if (Math.abs(seconds) < 120) {
            return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
        }
        return seconds < 7_200
                ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
    }

    /** Bytes, in the unit that fits; a dash where the field is missing. */
    public static String bytes(JsonNode node, String field) {
        if (!node.path(field).isNumber()) {
            return "–";
        }
        final double bytes = node.path(field).asDouble();
        if (bytes < KIB) {
            return (long) bytes + " B";
        }
        return bytes < (double) KIB * KIB
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / KIB)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / KIB / KIB);
    }

    /** A text as the value of a query's parameter. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Path and parameters of a request. */
    public static String address(Ask ask) {
        return ask.path() + parameters(ask);
    }

    /** The parameters of a request with a question mark before them; empty for none. */
    public static String parameters(Ask ask) {
        return parameters(ask.query());
    }

    private static String parameters(Map<String, String> query) {
        final StringBuilder all = new StringBuilder();
        query.forEach((name, value) -> all.append(all.isEmpty() ? '?' : '&')
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
        return all.toString();
    }

    /** The address of a request with one parameter set to another value, and without the place of a page. */
    public static String with(Ask ask, String name, String value) {
        final Map<String, String> query = new TreeMap<>(ask.query());
        query.keySet().removeIf(parameter -> parameter.startsWith("after_"));
        query.put(name, value);
        return ask.path() + parameters(query);
    }

    /** Whether an address is one that a page may link to. */
    public static boolean isLink(String address) {
        return address.startsWith("https://") || address.startsWith("http://");
    }

    /** The address of an object's page. */
    public static String file(JsonNode entry) {
        final String key = entry.has("object_key") ? text(entry, "object_key") : text(entry, "key");
        return "/file?bucket=" + encoded(text(entry, "bucket")) + "&key=" + encoded(key);
    }

    /** The last part of a key, which tells files apart; the whole key where that is empty. */
    public static String name(String key) {
        return key.endsWith("/") ? key : key.substring(key.lastIndexOf('/') + 1);
    }

    /** A text as one argument of a shell command, for people to copy: it may come from outside. */
    public static String argument(String text) {
        return "'" + text.replace("'", "'\\''").replaceAll("\\p{Cntrl}", "?") + "'";
    }

    /** The tone of a state: {@code good}, {@code wait}, {@code bad} or {@code mute}. */
    public static String tone(String state) {
        return switch (state) {
            case "LOADED", "ok", "RUNNING" -> "good";
            case "FAILED", "bad" -> "bad";
            case "RECEIVED", "SPLIT", "COUNTED", "warn" -> "wait";
            default -> "mute";
        };
    }

    static OffsetDateTime parse(String text) {
        try {
            return text.isEmpty() ? null : OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
