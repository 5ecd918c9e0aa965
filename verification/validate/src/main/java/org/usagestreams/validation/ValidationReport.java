package org.usagestreams.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Printable;

/** The output of a validation, and its exit code. */
final class ValidationReport {
    /** Exit code: nothing differs, but not all could be compared. */
    static final int UNKNOWN = 5;

    private static final JsonMapper JSON = new JsonMapper();

    private final PrintWriter out;
    private final Form form;

    /** For whom it is printed. */
    enum Form {
        TEXT,
        /** One object. */
        JSON,
        /** A line for each difference, and for all that was not compared. */
        CSV
    }

    ValidationReport(PrintWriter out, Form form) {
        this.out = out;
        this.form = form;
    }

    /** Prints an outcome; returns the exit code. */
    int print(Validation.Outcome outcome) throws JsonProcessingException {
        final int code =
                switch (outcome.answer()) {
                    case SAME -> 0;
                    case DIFFERENT -> 1;
                    case UNKNOWN -> UNKNOWN;
                };
        if (form == Form.CSV) {
            ListFormat.printCsv(findings(outcome), out);
        } else if (form == Form.JSON) {
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
            final ArrayNode days = node.putArray("days_left_out");
            outcome.leftOut().forEach(day -> days.addObject()
                    .put("organisation", day.organisation())
                    .put("source", day.source())
                    .put("date", day.date().toString()));
            final ArrayNode organisations = node.putArray("organisations_not_read");
            outcome.unread().forEach(organisation -> organisations
                    .addObject()
                    .put("organisation", organisation.name())
                    .put("reason", organisation.reason()));
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
        if (form == Form.CSV) {
            ListFormat.printCsv(List.of(finding("error", why)), out);
        } else if (form == Form.JSON) {
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
        objects.forEach(object -> array.addObject().put("object", object.name()).put("reason", object.reason()));
    }

    private static List<ObjectNode> findings(Validation.Outcome outcome) {
        final List<ObjectNode> findings = new ArrayList<>();
        outcome.differences().forEach(line -> findings.add(finding("difference", line)));
        if (outcome.doubled() > 0) {
            findings.add(finding("doubled_rows", Long.toString(outcome.doubled())));
        }
        outcome.unread()
                .forEach(apart -> findings.add(
                        finding("organisation_not_read", apart.reason()).put("organisation", apart.name())));
        outcome.leftOut()
                .forEach(day -> findings.add(finding("day_left_out", null)
                        .put("organisation", day.organisation())
                        .put("source", day.source())
                        .put("date", day.date().toString())));
        addAll(findings, "unclear", outcome.unclear());
        addAll(findings, "unreadable", outcome.unreadable());
        addAll(findings, "refused", outcome.refused());
        return findings;
    }

    private static void addAll(List<ObjectNode> findings, String finding, List<Validation.Apart> objects) {
        objects.forEach(apart -> findings.add(finding(finding, apart.reason()).put("object", apart.name())));
    }

    private static ObjectNode finding(String finding, String detail) {
        return JSON.createObjectNode()
                .put("finding", finding)
                .putNull("organisation")
                .putNull("source")
                .putNull("date")
                .putNull("object")
                .put("detail", detail);
    }

    private void printLines(Validation.Outcome outcome) {
        print("refused by the splitter, so it counts for nothing: ", outcome.refused());
        print("not readable as a report, so it counts for nothing: ", outcome.unreadable());
        print("not readable here though it may have been counted, so its days are not compared: ", outcome.unclear());
        outcome.leftOut().forEach(day -> out.println(Printable.of(shown(day) + " is not compared")));
        print("the table cannot be read, so nothing is compared of organisation ", outcome.unread());
        if (outcome.doubled() > 0) {
            out.println("warning: " + outcome.doubled()
                    + " rows of cost management's own summary are in the table as well, and count"
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
                    case UNKNOWN -> "what was compared is the same, but not everything could be";
                });
    }

    private static String shown(Validation.Day day) {
        return day.date() + " of source " + day.source() + ", organisation \"" + day.organisation() + "\",";
    }

    private void print(String what, List<Validation.Apart> objects) {
        objects.forEach(object -> out.println(Printable.of(what + object.name() + ": " + object.reason())));
    }
}
