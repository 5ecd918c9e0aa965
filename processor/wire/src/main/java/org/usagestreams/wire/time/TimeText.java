package org.usagestreams.wire.time;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as text: {@code 2025-11-03 07:00:00 +0000 UTC} as Go prints them, or ISO 8601. Without an offset they are UTC;
 * a zone's name counts only where it is UTC or stands after an offset.
 */
public final class TimeText {
    /** The value of a text that is no time. */
    public static final long NONE = Long.MIN_VALUE;

    /** A longer text, in bytes or characters, is no time. */
    public static final int LONGEST = 64;

    private static final Pattern TIME = Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)"
            + "(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?)?"
            + "\\s*(?:Z|UTC|GMT|(?:([+-])(\\d\\d):?(\\d\\d)(?:\\s+\\S+)?))?");

    private TimeText() {}

    /** Microseconds since 1970-01-01T00:00Z, or {@link #NONE}. */
    public static long toMicros(String text) {
        if (text.length() > LONGEST) {
            return NONE;
        }
        final Matcher m = TIME.matcher(text.strip());
        if (!m.matches()) {
            return NONE;
        }
        try {
            final LocalDateTime local = LocalDateTime.of(
                    number(m.group(1)),
                    number(m.group(2)),
                    number(m.group(3)),
                    number(m.group(4)),
                    number(m.group(5)),
                    number(m.group(6)));
            final int sign = "-".equals(m.group(8)) ? -1 : 1;
            final int offset = sign * (number(m.group(9)) * 3600 + number(m.group(10)) * 60);
            final long micros = m.group(7) == null ? 0 : Long.parseLong((m.group(7) + "00000").substring(0, 6));
            return Math.addExact(Math.multiplyExact(local.toEpochSecond(ZoneOffset.UTC) - offset, 1_000_000L), micros);
        } catch (DateTimeException | ArithmeticException e) {
            return NONE;
        }
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
