package org.usagestreams.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** What comes from outside neither forges lines nor steers terminals. */
class PrintableTest {
    /** A line break, a terminal's escape, one of eight bits, the right-to-left override, a line separator, an invisible tag. */
    private static final String HOSTILE = "a\r\n2026 LOADED\u001b[2J\u009b2J\u007f\u202eb\u2028c\udb40\udc41";

    private static final String ESCAPED =
            "a\\u000d\\u000a2026 LOADED\\u001b[2J\\u009b2J\\u007f\\u202eb\\u2028c\\udb40\\udc41";

    @Test
    void shouldEscapeWhatIsNotVisible() {
        assertThat(Printable.of(HOSTILE)).isEqualTo(ESCAPED);
        assertThat(Printable.lines(HOSTILE)).isEqualTo(ESCAPED.replace("\\u000a", "\n"));
    }

    @Test
    void shouldLeaveTextsOfAllLanguagesAlone() {
        final String text = "namespace-ä 日本 \ud83d\ude00 \\ \"=+-@";
        assertThat(Printable.of(text)).isSameAs(text);
        assertThat(Printable.of(null)).isNull();
    }

    @Test
    void shouldKeepTheMeaningOfJson() throws Exception {
        final JsonMapper json = new JsonMapper();
        final String line = Printable.of(json.writeValueAsString(Map.of("key", HOSTILE)));
        assertThat(line).doesNotContain("\u009b", "\u202e", "\u007f");
        assertThat(json.readTree(line).path("key").asText()).isEqualTo(HOSTILE);
    }

    @Test
    void shouldEscapeTheCellsOfTables() {
        final Table table = new Table(Ansi.OFF, 2);
        table.addColoured("red", HOSTILE, HOSTILE);
        final StringWriter out = new StringWriter();
        final PrintWriter writer = new PrintWriter(out);
        table.print(writer);
        writer.flush();
        assertThat(out.toString().strip()).isEqualTo(ESCAPED + "  " + ESCAPED);
    }

    @Command(name = "failing")
    static final class Failing implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("Cannot read \u001b[2J\u202e");
        }
    }

    @Test
    void shouldEscapeTheMessagesOfErrors() {
        final StringWriter err = new StringWriter();
        CommandRunner.line(new Failing()).setErr(new PrintWriter(err)).execute();
        assertThat(err.toString()).contains("Cannot read \\u001b[2J\\u202e");
    }
}
