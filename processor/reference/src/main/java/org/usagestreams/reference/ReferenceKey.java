package org.usagestreams.reference;

import java.util.Locale;
import java.util.Optional;

/**
 * Key of a record of reference data: {@code organisation|name}. No organisation has a bar; the name may have any character.
 *
 * @param organisation whose reference data it is; empty for what holds for every organisation
 * @param name what the kind of reference data is known by, such as the source of a cluster
 */
public record ReferenceKey(String organisation, String name) {
    private static final char SEPARATOR = '|';

    /** Reads a key; empty where it names no organisation. */
    public static Optional<ReferenceKey> parse(String text) {
        final int bar = text.indexOf(SEPARATOR);
        return bar < 0
                ? Optional.empty()
                : Optional.of(new ReferenceKey(text.substring(0, bar), text.substring(bar + 1)));
    }

    /** Key of a source's cluster. */
    public static ReferenceKey cluster(String organisation, String source) {
        return new ReferenceKey(organisation, source.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return organisation + SEPARATOR + name;
    }
}
