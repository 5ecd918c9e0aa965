package org.usagestreams.summary;

/** Reads labels from their text (section 1): a JSON object, or {@code label_key:value|label_key2:value2}. */
@FunctionalInterface
public interface LabelParser {
    /** Labels of a text that is not null; none where it is empty or cannot be read. */
    Labels parse(String text);
}
