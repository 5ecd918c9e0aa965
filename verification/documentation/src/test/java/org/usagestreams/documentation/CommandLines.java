package org.usagestreams.documentation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the calls of scripts out of texts, as a shell would. */
final class CommandLines {
    private static final Pattern CALL =
            Pattern.compile("(?:^|\\s)(?:scripts/([a-z-]+)|(?:bin/)?(usage-streams))(?=$|\\s)([^|;&>]*)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private CommandLines() {}

    /**
     * A call of a script.
     *
     * @param line number of its first line, counted from that of the text
     */
    record Call(int line, String script, List<String> arguments) {}

    /**
     * The calls in a block of code: lines that begin with {@code scripts/} or {@code usage-streams}. Lines that end with a backslash
     * go on.
     */
    static List<Call> of(int first, List<String> lines) {
        final List<Call> calls = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            final int number = first + i;
            final StringBuilder line = new StringBuilder(lines.get(i).strip());
            while (line.length() > 0 && line.charAt(line.length() - 1) == '\\' && i + 1 < lines.size()) {
                line.setLength(line.length() - 1);
                line.append(lines.get(++i).strip());
            }
            if (line.toString().matches("(scripts/|(bin/)?usage-streams ).*")) {
                calls.addAll(in(number, line.toString()));
            }
        }
        return calls;
    }

    /** The calls in one line. */
    static List<Call> in(int number, String line) {
        final List<Call> calls = new ArrayList<>();
        final Matcher call = CALL.matcher(line.replaceFirst("\\s#.*", ""));
        while (call.find()) {
            final List<String> words = new ArrayList<>();
            final Matcher word = WORD.matcher(call.group(3));
            while (word.find()) {
                words.add(
                        word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
            }
            calls.add(new Call(number, call.group(1) == null ? call.group(2) : call.group(1), words));
        }
        return calls;
    }
}
