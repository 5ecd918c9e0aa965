package org.usagestreams.commandline;

/**
 * Escapes texts from outside for output. Keys, namespaces, labels and reasons that quote them may contain line breaks, which
 * would forge lines, terminal escapes, and controls of the writing direction.
 */
public final class Printable {
    private Printable() {}

    /**
     * The text with what is not visible written as {@code \}{@code u} and four digits, as JSON has it. JSON stays the same JSON,
     * since these characters only occur within its texts; it must not have line breaks of its own.
     *
     * @param text null stays null
     */
    public static String of(String text) {
        if (text == null || text.codePoints().allMatch(Printable::isVisible)) {
            return text;
        }
        final StringBuilder printable = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> append(printable, point));
        return printable.toString();
    }

    /** The same, but for line breaks: for texts of ours that have several lines. */
    public static String lines(String text) {
        if (text == null) {
            return null;
        }
        final StringBuilder printable = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (point == '\n') {
                printable.append('\n');
            } else {
                append(printable, point);
            }
        });
        return printable.toString();
    }

    private static void append(StringBuilder printable, int point) {
        if (isVisible(point)) {
            printable.appendCodePoint(point);
        } else {
            for (final char unit : Character.toChars(point)) {
                printable.append(String.format("\\u%04x", (int) unit));
            }
        }
    }

    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
