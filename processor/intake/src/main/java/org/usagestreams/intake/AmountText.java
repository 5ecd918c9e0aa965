package org.usagestreams.intake;

import com.fasterxml.jackson.core.io.NumberInput;

/** Amounts as CSV files write them: {@code 3600}, {@code 12.50}, {@code 1.5e+12}. The nearest 64-bit float, as Java reads them. */
final class AmountText {
    /** Up to here, all whole numbers are 64-bit floats. */
    private static final long EXACT = 1L << 53;

    private static final int MOST_DIGITS = 18;
    private static final double[] POWERS = new double[23];

    static {
        double power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private AmountText() {}

    /**
     * Reads an amount.
     *
     * @return NaN where the text is empty or says that there is none
     * @throws NumberFormatException where the text is no number
     */
    static double parse(char[] text, int offset, int length) {
        if (length == 0) {
            return Double.NaN;
        }
        int at = offset;
        int end = offset + length;
        final boolean negative = text[at] == '-';
        if (negative) {
            at++;
        }
        int point = -1;
        int digits = 0;
        long whole = 0;
        int zeros = 0;
        for (; at < end; at++) {
            final char c = text[at];
            if (c == '0' && point >= 0) {
                // Counted when another digit follows: the zeros at the end mean nothing.
                zeros++;
            } else if (c >= '0' && c <= '9') {
                for (; zeros > 0 && digits <= MOST_DIGITS; zeros--) {
                    whole *= 10;
                    digits++;
                    point++;
                }
                whole = whole * 10 + (c - '0');
                digits++;
                point = point < 0 ? -1 : point + 1;
                if (digits > MOST_DIGITS) {
                    return slowly(text, offset, length);
                }
            } else if (c == '.' && point < 0 && digits > 0) {
                point = 0;
            } else {
                return slowly(text, offset, length);
            }
        }
        if (digits == 0 || whole > EXACT || point >= POWERS.length) {
            return slowly(text, offset, length);
        }
        // Both are exact, so that the quotient is rounded once.
        final double amount = point <= 0 ? whole : whole / POWERS[point];
        return negative ? -amount : amount;
    }

    private static double slowly(char[] text, int offset, int length) {
        boolean number = false;
        for (int i = offset; i < offset + length; i++) {
            final char c = text[i];
            number |= c >= '0' && c <= '9';
            if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E')) {
                return special(new String(text, offset, length));
            }
        }
        if (!number) {
            throw new NumberFormatException();
        }
        return NumberInput.parseDouble(text, offset, length, true);
    }

    private static double special(String text) {
        final String plain = text.strip();
        if (plain.length() != text.length()) {
            return parse(plain.toCharArray(), 0, plain.length());
        }
        return switch (plain) {
            case "NaN", "nan", "null", "NULL", "None" -> Double.NaN;
            case "Inf", "+Inf", "inf", "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Inf", "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new NumberFormatException();
        };
    }
}
