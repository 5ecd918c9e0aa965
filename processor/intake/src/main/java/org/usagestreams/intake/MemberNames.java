package org.usagestreams.intake;

/** Names of an archive's members. None is ever used as a path; unsafe ones are refused because nobody honest sends them. */
final class MemberNames {
    /** The longest name that is taken. */
    static final int LONGEST = 512;

    private MemberNames() {}

    /**
     * A name as a manifest writes it, without {@code ./} before it.
     *
     * @return empty for the archive's root
     * @throws RejectedPayloadException where the name leads elsewhere or is none
     */
    static String checked(String name) throws RejectedPayloadException {
        if (name.length() > LONGEST) {
            throw new RejectedPayloadException(
                    RejectionReason.UNSAFE_NAME,
                    null,
                    "a member's name has " + name.length() + " characters, over the limit of " + LONGEST);
        }
        if (name.isEmpty() || name.equals("/") || name.equals("./") || name.equals(".")) {
            return "";
        }
        final String plain = name.startsWith("./") ? name.substring(2) : name;
        if (plain.isEmpty() || plain.startsWith("/") || plain.indexOf('\\') >= 0 || plain.indexOf(':') == 1) {
            throw unsafe(name, "it is absolute");
        }
        for (final String segment : plain.split("/", -1)) {
            if (segment.equals("..") || segment.equals(".")) {
                throw unsafe(name, "it leads out of the archive");
            }
        }
        if (plain.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw unsafe(name, "it has a control character");
        }
        return plain;
    }

    private static RejectedPayloadException unsafe(String name, String why) {
        return new RejectedPayloadException(
                RejectionReason.UNSAFE_NAME, null, "the name " + quoted(name) + " is not allowed: " + why);
    }

    /** A text from a payload as a message can show it: short, and without control characters. */
    static String quoted(String text) {
        final String shown = text.length() > 100 ? text.substring(0, 100) + "…" : text;
        final StringBuilder safe = new StringBuilder(shown.length() + 2).append('"');
        shown.chars()
                .forEach(c -> safe.append(c < ' ' || c == 0x7f || Character.isSurrogate((char) c) ? '?' : (char) c));
        return safe.append('"').toString();
    }
}
