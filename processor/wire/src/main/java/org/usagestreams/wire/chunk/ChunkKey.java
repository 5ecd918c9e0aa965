package org.usagestreams.wire.chunk;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identity of a record on the chunk topic, as text that sorts by day, then ends before rows, then object, version and
 * number:
 *
 * <pre>
 * organisation|source|usage date|end|object|version
 * organisation|source|usage date|row|object|version|splitting|number
 * </pre>
 *
 * <p>Object and version are digests ({@link Versions}), for object keys may hold any character and be long. The splitting
 * says how the object was cut into chunks: where the same version is split again under other limits or by another program,
 * its chunks have other keys, so that chunks of two splittings never mix.
 *
 * @param day organisation, source and usage date
 * @param object digest of bucket and object key
 * @param version digest of the object's version
 * @param splitting hex digits that name how the object was cut into chunks; empty for the slice's end
 * @param number the chunk's number from 0, or -1 for the slice's end
 */
public record ChunkKey(DayKey day, String object, String version, String splitting, int number) {
    private static final Pattern TEXT = Pattern.compile(
            "([^|]*\\|[^|]+\\|[^|]+)\\|(?:end\\|([0-9a-f]+)\\|([0-9a-f]+)|row\\|([0-9a-f]+)\\|([0-9a-f]+)\\|([0-9a-f]+)\\|(\\d{8}))");

    /** Key of a slice's end. */
    public static ChunkKey end(DayKey day, String object, String version) {
        return new ChunkKey(day, object, version, "", -1);
    }

    /**
     * Reads a record's key.
     *
     * @throws MalformedChunkException if the bytes are not a key
     */
    public static ChunkKey parse(byte[] bytes) {
        final String text = new String(bytes, StandardCharsets.UTF_8);
        final Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new MalformedChunkException("not the key of a chunk: " + text);
        }
        final DayKey day = DayKey.parse(matcher.group(1));
        return matcher.group(2) != null
                ? end(day, matcher.group(2), matcher.group(3))
                : new ChunkKey(
                        day, matcher.group(4), matcher.group(5), matcher.group(6), Integer.parseInt(matcher.group(7)));
    }

    /** Whether this is the key of a slice's end. */
    public boolean isEnd() {
        return number < 0;
    }

    /** The key of the end of this key's slice. */
    public ChunkKey endKey() {
        return end(day, object, version);
    }

    /** The key's bytes on the topic and in the store. */
    public byte[] toBytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The prefix of the keys of all slice ends of a day. */
    public static String endPrefix(DayKey day) {
        return day + "|end|";
    }

    /** The prefix of the keys of all slice ends of an object on a day. */
    public static String endPrefix(DayKey day, String object) {
        return endPrefix(day) + object + "|";
    }

    /** The prefix of the keys of all chunks of a version on a day, of any splitting. */
    public static String rowPrefix(DayKey day, String object, String version) {
        return day + "|row|" + object + "|" + version + "|";
    }

    /** The prefix of the keys of all chunks of a slice. */
    public static String rowPrefix(DayKey day, String object, String version, String splitting) {
        return rowPrefix(day, object, version) + splitting + "|";
    }

    /**
     * The day that a key on the chunk topic belongs to, whatever comes after it.
     *
     * @throws MalformedChunkException where the key does not begin with an organisation, a source and a usage date
     */
    public static DayKey dayOf(String key) {
        return DayKey.parsePrefix(key);
    }

    @Override
    public String toString() {
        return isEnd()
                ? endPrefix(day) + object + "|" + version
                : rowPrefix(day, object, version, splitting) + String.format("%08d", number);
    }
}
