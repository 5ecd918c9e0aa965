package org.usagestreams.wire.label;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTextTest {
    private static Map<String, String> parse(String text) {
        return LabelText.parse(text);
    }

    @Test
    void shouldReadJsonAndPairs() {
        final Map<String, String> expected = Map.of("app", "web", "tier", "x y");
        assertEquals(expected, parse("{\"tier\":\"x y\", \"app\":\"web\"}"));
        assertEquals(expected, parse("label_app:web|label_tier:x y"));
        assertEquals(expected, parse("app:web|label_tier:x y"), "the prefix is dropped where it is");
    }

    @Test
    void shouldKeepColonsInValuesAndTheLastOfEqualKeys() {
        assertEquals(Map.of("url", "http://x"), parse("label_url:http://x"));
        assertEquals(Map.of("a", "2"), parse("{\"a\":\"1\",\"a\":\"2\"}"));
    }

    @Test
    void shouldReadPairsThatBeginLikeJson() {
        assertEquals(Map.of("\"a\"", "\"b\""), parse("\"a\":\"b\""));
    }

    @Test
    void shouldReadScalarsAsTextAndNullAsNoLabel() {
        assertEquals(Map.of("n", "1.50", "t", "true"), parse("{\"n\":1.50,\"t\":true,\"x\":null}"));
    }

    @Test
    void shouldMakeJsonOfLabelsAndNothingOfOthers() {
        assertEquals(
                Optional.of("{\"app\":\"web\",\"tier\":\"x \\\"y\\\"\"}"),
                LabelText.toJson("label_app:web|tier:x \"y\""));
        assertEquals(Optional.of("{\"a\":\"1\"}"), LabelText.toJson("{\"a\":1}"));
        assertEquals(Optional.of("{}"), LabelText.toJson(" "));
        assertEquals(Optional.empty(), LabelText.toJson("no labels"));
    }

    @Test
    void shouldReplaceHalfASurrogatePair() {
        assertEquals(Map.of("a", "\uFFFD", "b", "\uD83D\uDE00"), parse("{\"a\":\"\\ud83d\",\"b\":\"\\ud83d\\ude00\"}"));
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
                "[1]",
                "[\"a:b\"]",
                "\"{\\\"app\\\":\\\"web\\\"}\"",
                "\"app:web\""
            })
    void shouldReadWhatIsUnreadableAsNone(String text) {
        assertEquals(Map.of(), parse(text));
        assertEquals(true, LabelText.unreadable(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{}"})
    void shouldReadEmptyTextAsNoneWithoutComplaint(String text) {
        assertEquals(Map.of(), parse(text));
        assertEquals(false, LabelText.unreadable(text));
    }
}
