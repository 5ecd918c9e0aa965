package org.usagestreams.rules;

import java.util.Map;
import java.util.function.Function;

/** Reads labels from their text (section 1): a JSON object, or {@code label_key:value|label_key2:value2}. */
@FunctionalInterface
public interface LabelParser {
    /** Labels of a text that is not null; none if it is empty or cannot be read. */
    Labels parse(String text);

    /** A parser that takes labels from what a reader of their text returns, which is never null. */
    static LabelParser of(Function<String, Map<String, String>> reader) {
        return text -> Labels.of(reader.apply(text));
    }
}
