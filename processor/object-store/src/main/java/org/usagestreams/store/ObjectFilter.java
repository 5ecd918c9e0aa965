package org.usagestreams.store;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which objects are processed, by key. A pattern with {@code *} (any characters) or {@code ?} (one) has to match the whole
 * key, one without is a prefix.
 */
public final class ObjectFilter {
    /** Takes every object. */
    public static final ObjectFilter ALL = new ObjectFilter(List.of(), List.of());

    private final List<Pattern> include;
    private final List<Pattern> exclude;

    /**
     * A filter.
     *
     * @param include patterns of which one has to match; none: every key
     * @param exclude patterns of which none may match
     */
    public ObjectFilter(List<String> include, List<String> exclude) {
        this.include = include.stream().map(ObjectFilter::pattern).toList();
        this.exclude = exclude.stream().map(ObjectFilter::pattern).toList();
    }

    private static Pattern pattern(String text) {
        if (text.indexOf('*') < 0 && text.indexOf('?') < 0) {
            return Pattern.compile(Pattern.quote(text) + ".*", Pattern.DOTALL);
        }
        final StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /** Whether the object with that key is processed. */
    public boolean takes(String key) {
        return (include.isEmpty()
                        || include.stream()
                                .anyMatch(pattern -> pattern.matcher(key).matches()))
                && exclude.stream().noneMatch(pattern -> pattern.matcher(key).matches());
    }
}
