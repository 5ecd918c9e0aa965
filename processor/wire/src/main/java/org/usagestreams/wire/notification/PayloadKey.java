package org.usagestreams.wire.notification;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the key of a payload says: {@code payloads/<organisation>/<name>.tar.gz}. The intake reads such objects; no others do.
 *
 * @param organisation whose payload it is
 */
public record PayloadKey(String organisation) {
    /** The prefix of the keys of all payloads. */
    public static final String PREFIX = "payloads/";

    private static final Pattern KEY = Pattern.compile(PREFIX + "([^/|]+)/(?:[^/]+/)*[^/]+\\.(?:tar\\.gz|tgz)");

    /** Empty where the key is not that of a payload, or is malformed ({@link ObjectKey}). */
    public static Optional<PayloadKey> of(String objectKey) {
        if (ObjectKey.problem(objectKey).isPresent()) {
            return Optional.empty();
        }
        final Matcher matcher = KEY.matcher(objectKey);
        return matcher.matches() ? Optional.of(new PayloadKey(matcher.group(1))) : Optional.empty();
    }

    /**
     * The key of a payload with these contents: sent twice, it has the same.
     *
     * @param digest of its bytes, in hexadecimal
     */
    public static String of(String organisation, String digest) {
        return PREFIX + organisation + "/" + digest + ".tar.gz";
    }
}
