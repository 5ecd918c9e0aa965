package org.usagestreams.intake;

import com.fasterxml.jackson.core.io.NumberInput;
import java.nio.charset.StandardCharsets;

/** Amounts as CSV files write them: {@code 3600}, {@code 12.50}, {@code 1.5e+12}. The nearest 64-bit float, as Java reads them. */
final class AmountText {
    /** Up to here, all whole numbers are 64-bit floats. */
    private static final long EXACT = 1L << 53;

    private static final int MOST_DIGITS = 18;
    private static final double[] POWERS = new double[MOST_DIGITS + 1];

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
    static double parse(byte[] text, int offset, int length) {
        if (length == 0) {
            return Double.NaN;
        }
        final int end = offset + length;
        final boolean negative = text[offset] == '-';
        final int begin = negative ? offset + 1 : offset;
        long whole = 0;
        int at = begin;
        for (; at < end && isDigit(text[at]); at++) {
            whole = whole * 10 + (text[at] - '0');
        }
        int digits = at - begin;
        int decimals = 0;
        if (at < end && text[at] == '.') {
            final int first = at + 1;
            int last = end;
            // The zeros at the end mean nothing.
            while (text[last - 1] == '0') {
                last--;
            }
            for (at = first; at < last && isDigit(text[at]); at++) {
                whole = whole * 10 + (text[at] - '0');
            }
            decimals = at - first;
            digits = digits == 0 ? 0 : digits + decimals;
            at = at == last ? end : at;
        }
        // More digits than these may have been too many for a long.
        if (at < end || digits == 0 || digits > MOST_DIGITS || whole > EXACT) {
            return slowly(text, offset, length);
        }
        // Both are exact, so that the quotient is rounded once.
        final double amount = decimals == 0 ? whole : whole / POWERS[decimals];
        return negative ? -amount : amount;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static double slowly(byte[] text, int offset, int length) {
        boolean number = false;
        for (int i = offset; i < offset + length; i++) {
            final byte c = text[i];
            number |= c >= '0' && c <= '9';
            if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E')) {
                return special(new String(text, offset, length, StandardCharsets.ISO_8859_1));
            }
        }
        if (!number) {
            throw new NumberFormatException();
        }
        return NumberInput.parseDouble(new String(text, offset, length, StandardCharsets.ISO_8859_1), true);
    }

    private static double special(String text) {
        final String plain = text.strip();
        if (plain.length() != text.length()) {
            return parse(plain.getBytes(StandardCharsets.ISO_8859_1), 0, plain.length());
        }
        return switch (plain) {
            case "NaN", "nan", "null", "NULL", "None" -> Double.NaN;
            case "Inf", "+Inf", "inf", "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Inf", "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new NumberFormatException();
        };
    }
}
