package org.usagestreams.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ListFormatTest {
    @Command(name = "list")
    static final class Listing implements Runnable {
        @Mixin
        private ListFormat format;

        @Override
        public void run() {}
    }

    private final StringWriter text = new StringWriter();

    private static ObjectNode row() {
        return new JsonMapper().createObjectNode();
    }

    private String printed(String option, ObjectNode... rows) {
        final Listing listing = new Listing();
        new CommandLine(listing).parseArgs(option);
        assertThat(listing.format.isForPeople()).isFalse();
        listing.format.print(List.of(rows), new PrintWriter(text));
        return text.toString();
    }

    @Test
    void shouldPrintAnObjectALine() {
        assertThat(printed("--json", row().put("key", "a\u001bb"), row().put("rows", 2)))
                .isEqualToNormalizingNewlines("{\"key\":\"a\\u001Bb\"}\n{\"rows\":2}\n");
    }

    @Test
    void shouldPrintCsvAsRfc4180HasIt() {
        final ObjectNode second = row().put("key", "b").put("reason", "says \"no\",\nreally");
        second.putArray("dates").add("2025-11-03");
        assertThat(printed("--csv", row().put("key", "a").put("rows", -2).putNull("reason"), second))
                .isEqualTo(String.join(
                        "\r\n",
                        "key,rows,reason,dates",
                        "a,-2,,",
                        "b,,\"says \"\"no\"\",\nreally\",\"[\"\"2025-11-03\"\"]\"",
                        ""));
    }

    @Test
    void shouldLetNoTextBecomeAFormula() {
        assertThat(printed(
                        "--csv",
                        row().put("a", "=1+2").put("b", "@x").put("c", "-x").put("d", "x=1")))
                .isEqualTo("a,b,c,d\r\n'=1+2,'@x,'-x,x=1\r\n");
    }

    @Test
    void shouldPrintNothingOfNothing() {
        assertThat(printed("--csv")).isEmpty();
    }

    @Test
    void shouldTakeOneFormatOnly() {
        final CommandLine line = new CommandLine(new Listing()).setErr(new PrintWriter(text));
        assertThat(line.execute("--csv", "--json")).isEqualTo(2);
        assertThat(text.toString()).contains("mutually exclusive");
    }
}
