package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the configuration that is shipped makes of texts from outside. */
class LogOutputTest {
    private static final String FORGED = "2026-11-27T00:00:00.000Z ERROR Forged: all is lost";
    private static final String HOSTILE = "a.parquet\r\n" + FORGED + "\u001b[2J\u009b2J\u202e\u2028b";

    /** Neither line breaks but those between lines, nor what steers a terminal or the direction of writing. */
    private static final Pattern STEERING = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\t]]");

    private LoggerContext context;

    @BeforeEach
    void start() throws Exception {
        context = new LoggerContext(
                "test", null, LogOutputTest.class.getResource("/log4j2.xml").toURI());
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String line(String format, Throwable thrown) {
        final SortedArrayStringMap fields = new SortedArrayStringMap();
        fields.putValue("object", HOSTILE);
        final LogEvent event = Log4jLogEvent.newBuilder()
                .setLoggerName("org.usagestreams.Test")
                .setLevel(Level.WARN)
                .setMessage(new SimpleMessage("set aside: object " + HOSTILE))
                .setContextData(fields)
                .setThrown(thrown)
                .build();
        return new String(
                context.getConfiguration().getAppender(format).getLayout().toByteArray(event), StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteOneLineOfTextForAnEvent() {
        final String line = line("text", null);
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains("a.parquet", "object=a.parquet", "Forged").doesNotContainPattern(STEERING);
    }

    @Test
    void shouldLetAnExceptionBeginNoLineOfItsOwn() {
        final String text = line("text", new IllegalStateException(HOSTILE, new IllegalArgumentException(HOSTILE)));
        assertThat(text).doesNotContainPattern(STEERING).contains("\tat org.usagestreams", "Caused by: ");
        assertThat(text.lines()).noneMatch(line -> line.startsWith(FORGED));
        assertThat(text.lines().filter(line -> line.contains("set aside"))).hasSize(1);
    }

    @Test
    void shouldWriteOneLineOfJsonForAnEvent() throws Exception {
        final String line = line("json", new IllegalStateException(HOSTILE));
        assertThat(line.lines()).hasSize(1);
        assertThat(line).doesNotContain("\u001b");
        final JsonNode json = new JsonMapper().readTree(line);
        assertThat(json.path("message").asText())
                .contains("a.parquet", "Forged")
                .doesNotContainPattern(STEERING);
        assertThat(json.path("exception").asText()).contains("\tat org.usagestreams");
        assertThat(json.path("object").asText()).startsWith("a.parquet");
    }
}
