package org.usagestreams.rules;

/** SQL's LIKE as PostgreSQL reads it: {@code %} any text, {@code _} any one character, backslash takes it literally. */
final class LikePattern {
    private LikePattern() {}

    /** In time proportional to the lengths' product at worst, whatever the pattern: it comes from outside. */
    static boolean matches(String pattern, String text) {
        final int[] p = pattern.codePoints().toArray();
        final int[] t = text.codePoints().toArray();
        int at = 0;
        int in = 0;
        int afterPercent = -1;
        int retry = 0;
        while (in < t.length) {
            final boolean escaped = at + 1 < p.length && p[at] == '\\';
            if (at < p.length && p[at] == '%') {
                afterPercent = ++at;
                retry = in;
            } else if (at < p.length && (escaped ? p[at + 1] == t[in] : p[at] == '_' || p[at] == t[in])) {
                at += escaped ? 2 : 1;
                in++;
            } else if (afterPercent >= 0) {
                at = afterPercent;
                in = ++retry;
            } else {
                return false;
            }
        }
        while (at < p.length && p[at] == '%') {
            at++;
        }
        return at == p.length;
    }
}
