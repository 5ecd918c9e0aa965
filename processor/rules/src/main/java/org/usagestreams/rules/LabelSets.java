package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.usagestreams.wire.chunk.Column;

/** Numbers the distinct sets of enabled labels of a day. Each distinct text is parsed once. No labels are 0. */
final class LabelSets {
    private final LabelParser parser;
    private final DayBudget budget;
    private final Set<String> enabled;
    private Map<String, Integer> idsByText = new HashMap<>();
    private final Map<Labels, Integer> ids = new HashMap<>();
    private final List<Labels> sets = new ArrayList<>();

    LabelSets(LabelParser parser, Set<String> enabled, DayBudget budget) {
        this.budget = budget;
        this.parser = parser;
        this.enabled = enabled;
        idOf(Labels.NONE);
    }

    /** The number of labels that were merged from sets that are remembered. */
    int idOf(Labels labels) {
        return idOf(labels, true);
    }

    private int idOf(Labels labels, boolean merged) {
        final Integer known = ids.putIfAbsent(labels, sets.size());
        if (known != null) {
            return known;
        }
        if (merged) {
            budget.addMerged(labels);
        } else {
            budget.addLabels(labels);
        }
        sets.add(labels);
        return sets.size() - 1;
    }

    /** The number of a text's enabled labels; 0 for null. */
    int idOfText(String text) {
        if (text == null) {
            return 0;
        }
        final Integer known = idsByText.get(text);
        if (known != null) {
            return known;
        }
        final int id = idOf(parser.parse(text).only(enabled), false);
        budget.addText(text);
        idsByText.put(text, id);
        return id;
    }

    /** Once all texts were asked for: a day has many, and what follows needs none of them. */
    void forgetTexts() {
        idsByText = new HashMap<>();
    }

    Labels get(int id) {
        return sets.get(id);
    }

    /** From the codes of one chunk's label column to this index's numbers; slot 0 is null's. */
    int[] translate(Column.Text column) {
        final String[] dictionary = column.dictionary();
        final int[] translated = new int[dictionary.length + 1];
        for (int i = 0; i < dictionary.length; i++) {
            translated[i + 1] = idOfText(dictionary[i]);
        }
        return translated;
    }
}
