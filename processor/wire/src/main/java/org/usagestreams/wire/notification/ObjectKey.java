package org.usagestreams.wire.notification;

import java.util.Optional;

/** Which keys are malformed: they could stand for another object, source, organisation or line than they
 * seem to. */
public final class ObjectKey {
    /** The segment after the organisation. */
    static final String OCP = "OCP";

    private static final String SOURCE = "source=";

    private ObjectKey() {}

    /**
     * What is wrong with a key, in words that are safe to print; empty where nothing is.
     *
     * @param key decoded
     */
    public static Optional<String> problem(String key) {
        final Optional<Integer> invisible =
                key.codePoints().filter(ObjectKey::isInvisible).boxed().findFirst();
        if (invisible.isPresent()) {
            return Optional.of(String.format("its key has the control character U+%04X", invisible.get()));
        }
        int sources = 0;
        int organisations = 0;
        for (final String segment : key.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return Optional.of("its key has the segment " + segment + ": " + key);
            }
            sources += segment.startsWith(SOURCE) ? 1 : 0;
            organisations += segment.equals(OCP) ? 1 : 0;
        }
        if (sources > 1) {
            return Optional.of("its key has " + sources + " segments with source=: " + key);
        }
        // Who may write below data/A/OCP/ must not name another organisation further on.
        return organisations > 1
                ? Optional.of(
                        "its key has " + organisations + " segments OCP, and so names several organisations: " + key)
                : Optional.empty();
    }

    private static boolean isInvisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
