package org.usagestreams.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.validation.ValidationReport.Form.CSV;
import static org.usagestreams.validation.ValidationReport.Form.JSON;
import static org.usagestreams.validation.ValidationReport.Form.TEXT;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exit codes of a validation, and what it prints with them. */
class ValidationReportTest {
    private static final List<Validation.Apart> NONE = List.of();
    private static final List<Validation.Apart> ONE = List.of(new Validation.Apart("a.parquet", "a page is broken"));

    private static final List<Validation.Day> DAYS =
            List.of(new Validation.Day("org", "s-1", LocalDate.of(2025, 11, 3)));

    private List<Validation.Apart> unread = NONE;

    private final StringWriter printed = new StringWriter();

    private int print(
            ValidationReport.Form form, List<Validation.Apart> refused, List<Validation.Apart> unclear, int differing)
            throws Exception {
        final List<String> differences = differing == 0 ? List.of() : List.of("a row is missing: x");
        return new ValidationReport(new PrintWriter(printed), form)
                .print(new Validation.Outcome(
                        3, refused, NONE, unclear, DAYS, unread, 10, 9, differing, differences, 0));
    }

    @Test
    void shouldSayThatAllIsTheSame() throws Exception {
        assertThat(print(TEXT, ONE, NONE, 0)).isZero();
        assertThat(printed.toString())
                .contains(
                        "refused by the splitter, so it counts for nothing: a.parquet: a page is broken",
                        "3 objects, 10 rows expected, 9 rows in the table: all the same");
    }

    @Test
    void shouldSayWhatDiffersThoughNotAllCouldBeCompared() throws Exception {
        assertThat(print(TEXT, NONE, ONE, 2)).isEqualTo(1);
        assertThat(printed.toString()).contains("a row is missing: x", "... and 1 more", ": 2 differ");
    }

    @Test
    void shouldSayThatItCannotTell() throws Exception {
        assertThat(print(TEXT, NONE, ONE, 0)).isEqualTo(5);
        assertThat(printed.toString())
                .contains(
                        "its days are not compared: a.parquet",
                        "2025-11-03 of source s-1, organisation \"org\", is not compared",
                        "what was compared is the same, but not everything could be");
        assertThat(print(JSON, NONE, ONE, 0)).isEqualTo(5);
        assertThat(printed.toString())
                .contains(
                        "\"result\":\"unknown\",\"exit_code\":5",
                        "\"days_left_out\":[{\"organisation\":\"org\",\"source\":\"s-1\",\"date\":\"2025-11-03\"}]");
        assertThat(new ValidationReport(new PrintWriter(printed), TEXT).printFailure(new Exception("it is away")))
                .isEqualTo(5);
        assertThat(printed.toString()).contains("Cannot tell whether the table is right: it is away");
    }

    @Test
    void shouldNameAnOrganisationThatCannotBeRead() throws Exception {
        unread = List.of(new Validation.Apart("acme", "permission denied"));
        assertThat(print(TEXT, NONE, NONE, 0)).isEqualTo(5);
        assertThat(printed.toString())
                .contains("the table cannot be read, so nothing is compared of organisation acme: permission denied");
        assertThat(print(TEXT, NONE, NONE, 2)).as("another one differs").isEqualTo(1);
        assertThat(print(JSON, NONE, NONE, 0)).isEqualTo(5);
        assertThat(printed.toString())
                .contains("\"organisations_not_read\":[{\"organisation\":\"acme\",\"reason\":\"permission denied\"}]");
    }

    @Test
    void shouldListAsCsvWhatDiffersAndWhatWasNotCompared() throws Exception {
        unread = List.of(new Validation.Apart("acme", "permission denied"));
        assertThat(print(CSV, NONE, ONE, 1)).isEqualTo(1);
        assertThat(printed.toString())
                .isEqualTo(String.join(
                        "\r\n",
                        "finding,organisation,source,date,object,detail",
                        "difference,,,,,a row is missing: x",
                        "organisation_not_read,acme,,,,permission denied",
                        "day_left_out,org,s-1,2025-11-03,,",
                        "unclear,,,,a.parquet,a page is broken",
                        ""));
    }
}
