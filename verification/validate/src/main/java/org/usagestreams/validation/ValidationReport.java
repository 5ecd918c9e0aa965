package org.usagestreams.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.usagestreams.commandline.Printable;

/** What a validation prints, and its exit code. */
final class ValidationReport {
    /** Exit code: nothing differs, but not all could be compared. */
    static final int UNKNOWN = 5;

    private static final JsonMapper JSON = new JsonMapper();

    private final PrintWriter out;
    private final boolean json;

    ValidationReport(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** Prints an outcome; returns the exit code. */
    int print(Validation.Outcome outcome) throws JsonProcessingException {
        final int code =
                switch (outcome.answer()) {
                    case SAME -> 0;
                    case DIFFERENT -> 1;
                    case UNKNOWN -> UNKNOWN;
                };
        if (json) {
            final ObjectNode node = result(outcome.answer(), code)
                    .put("objects", outcome.objects())
                    .put("rows_expected", outcome.expected())
                    .put("rows_found", outcome.found())
                    .put("rows_differing", outcome.differing())
                    .put("rows_doubled", outcome.doubled());
            outcome.differences().forEach(node.putArray("differences")::add);
            add(node.putArray("refused"), outcome.refused());
            add(node.putArray("unreadable"), outcome.unreadable());
            add(node.putArray("unclear"), outcome.unclear());
            out.println(Printable.of(JSON.writeValueAsString(node)));
        } else {
            printLines(outcome);
        }
        out.flush();
        return code;
    }

    /** Prints why nothing could be compared; returns the exit code. */
    int printFailure(Exception failure) throws JsonProcessingException {
        final String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (json) {
            out.println(Printable.of(JSON.writeValueAsString(
                    result(Validation.Answer.UNKNOWN, UNKNOWN).put("error", why))));
        } else {
            out.println("Cannot tell whether the table is right: " + Printable.lines(why));
        }
        out.flush();
        return UNKNOWN;
    }

    private static ObjectNode result(Validation.Answer answer, int code) {
        return JSON.createObjectNode()
                .put("result", answer.name().toLowerCase(Locale.ROOT))
                .put("exit_code", code);
    }

    private static void add(ArrayNode array, List<Validation.Apart> objects) {
        objects.forEach(object -> array.addObject().put("object", object.key()).put("reason", object.reason()));
    }

    private void printLines(Validation.Outcome outcome) {
        print("refused by the splitter, so it counts for nothing: ", outcome.refused());
        print("not readable as a report, so it counts for nothing: ", outcome.unreadable());
        print("not readable here though it may have been counted, so its days are not compared: ", outcome.unclear());
        if (outcome.doubled() > 0) {
            out.println("warning: " + outcome.doubled()
                    + " rows of cost management's own summary stand beside ours, and count"
                    + " the same usage again. Switch its summary off (docs/with-cost-management.md).");
        }
        outcome.differences().forEach(line -> out.println(Printable.of(line)));
        if (outcome.differing() > outcome.differences().size()) {
            out.println(
                    "... and " + (outcome.differing() - outcome.differences().size()) + " more");
        }
        out.printf(
                "%d objects, %d rows expected, %d rows in the table: %s%n",
                outcome.objects(),
                outcome.expected(),
                outcome.found(),
                switch (outcome.answer()) {
                    case SAME -> "all the same";
                    case DIFFERENT -> outcome.differing() + " differ";
                    case UNKNOWN ->
                        "what was compared is the same, " + outcome.unclear().size() + " objects could not be";
                });
    }

    private void print(String what, List<Validation.Apart> objects) {
        objects.forEach(object -> out.println(Printable.of(what + object.key() + ": " + object.reason())));
    }
}
