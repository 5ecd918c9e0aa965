package org.usagestreams.rules;

import java.util.Arrays;
import java.util.Set;
import org.usagestreams.wire.chunk.Column;

/**
 * Numbers the distinct sets of enabled labels of a day. Each distinct text is parsed once, and each distinct key and value is kept
 * once. No labels are 0.
 */
final class LabelSets {
    private final LabelParser parser;
    private final DayBudget budget;
    private final Set<String> enabled;
    private final Distinct<Labels> sets = new Distinct<>();

    /** Keys and values. */
    private final TextIndex names;

    private TextIndex texts;

    /** The set of each text, by its number. */
    private int[] setOfText = new int[16];

    LabelSets(LabelParser parser, Set<String> enabled, DayBudget budget) {
        this.budget = budget;
        this.parser = parser;
        this.enabled = enabled;
        names = new TextIndex(budget);
        texts = new TextIndex(budget);
        idOf(Labels.NONE);
    }

    /** The number of a set of labels. */
    int idOf(Labels labels) {
        final int known = sets.find(labels);
        if (known >= 0) {
            return known;
        }
        final Labels kept = labels.of(names);
        budget.addLabels(kept);
        return sets.add(kept);
    }

    /** The number of a text's enabled labels; 0 for null. */
    int idOfText(String text) {
        if (text == null) {
            return 0;
        }
        final int known = texts.size();
        final int id = texts.idOf(text);
        if (id == known) {
            if (id >= setOfText.length) {
                setOfText = Arrays.copyOf(setOfText, Math.addExact(id, id >> 1));
            }
            setOfText[id] = idOf(parser.parse(text).only(enabled));
        }
        return setOfText[id];
    }

    /** Once all texts were asked for: a day has many, and what follows needs none of them. */
    void forgetTexts() {
        texts = new TextIndex(budget);
        setOfText = new int[16];
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
