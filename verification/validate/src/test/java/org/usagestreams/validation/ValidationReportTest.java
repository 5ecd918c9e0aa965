package org.usagestreams.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exit codes of a validation, and what it prints with them. */
class ValidationReportTest {
    private static final List<Validation.Apart> NONE = List.of();
    private static final List<Validation.Apart> ONE = List.of(new Validation.Apart("a.parquet", "a page is broken"));

    private final StringWriter printed = new StringWriter();

    private int print(boolean json, List<Validation.Apart> refused, List<Validation.Apart> unclear, int differing)
            throws Exception {
        final List<String> differences = differing == 0 ? List.of() : List.of("a row is missing: x");
        return new ValidationReport(new PrintWriter(printed), json)
                .print(new Validation.Outcome(3, refused, NONE, unclear, 10, 9, differing, differences, 0));
    }

    @Test
    void shouldSayThatAllIsTheSame() throws Exception {
        assertThat(print(false, ONE, NONE, 0)).isZero();
        assertThat(printed.toString())
                .contains(
                        "refused by the splitter, so it counts for nothing: a.parquet: a page is broken",
                        "3 objects, 10 rows expected, 9 rows in the table: all the same");
    }

    @Test
    void shouldSayWhatDiffersThoughNotAllCouldBeCompared() throws Exception {
        assertThat(print(false, NONE, ONE, 2)).isEqualTo(1);
        assertThat(printed.toString()).contains("a row is missing: x", "... and 1 more", ": 2 differ");
    }

    @Test
    void shouldSayThatItCannotTell() throws Exception {
        assertThat(print(false, NONE, ONE, 0)).isEqualTo(5);
        assertThat(printed.toString()).contains("its days are not compared: a.parquet", "1 objects could not be");
        assertThat(print(true, NONE, ONE, 0)).isEqualTo(5);
        assertThat(printed.toString()).contains("\"result\":\"unknown\",\"exit_code\":5");
        assertThat(new ValidationReport(new PrintWriter(printed), false).printFailure(new Exception("it is away")))
                .isEqualTo(5);
        assertThat(printed.toString()).contains("Cannot tell whether the table is right: it is away");
    }
}
