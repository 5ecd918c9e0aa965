package org.usagestreams.label;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.summary.Labels;

class LabelTextTest {
    private static Labels parse(String text) {
        return new LabelText().parse(text);
    }

    @Test
    void shouldReadJsonAndPairs() {
        final Labels expected = Labels.of(Map.of("app", "web", "tier", "x y"));
        assertEquals(expected, parse("{\"tier\":\"x y\", \"app\":\"web\"}"));
        assertEquals(expected, parse("label_app:web|label_tier:x y"));
        assertEquals(expected, parse("app:web|label_tier:x y"), "the prefix is dropped where it is");
    }

    @Test
    void shouldKeepColonsInValuesAndTheLastOfEqualKeys() {
        assertEquals(Labels.of(Map.of("url", "http://x")), parse("label_url:http://x"));
        assertEquals(Labels.of(Map.of("a", "2")), parse("{\"a\":\"1\",\"a\":\"2\"}"));
    }

    @Test
    void shouldReadScalarsAsTextAndNullAsNoLabel() {
        assertEquals(Labels.of(Map.of("n", "1.50", "t", "true")), parse("{\"n\":1.50,\"t\":true,\"x\":null}"));
    }

    @Test
    void shouldReplaceHalfASurrogatePair() {
        assertEquals(
                Labels.of(Map.of("a", "\uFFFD", "b", "\uD83D\uDE00")),
                parse("{\"a\":\"\\ud83d\",\"b\":\"\\ud83d\\ude00\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"a\"",
                "{\"a\":{\"b\":1}}",
                "{\"a\":[1]}",
                "{\"a\":\"b\"} x",
                "nonsense",
                "a:b|c",
                "null",
                "[1]"
            })
    void shouldReadWhatIsUnreadableAsNone(String text) {
        assertEquals(Labels.NONE, parse(text));
        assertEquals(true, LabelText.unreadable(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{}"})
    void shouldReadEmptyTextAsNoneWithoutComplaint(String text) {
        assertEquals(Labels.NONE, parse(text));
        assertEquals(false, LabelText.unreadable(text));
    }
}
