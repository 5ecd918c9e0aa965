package org.usagestreams.rules;

import org.usagestreams.wire.chunk.Column;

/** Numbers the distinct texts of a day, over all its chunks. Null is 0. */
final class TextIndex {
    private final Distinct<String> texts = new Distinct<>();
    private final DayBudget budget;

    TextIndex(DayBudget budget) {
        this.budget = budget;
    }

    int idOf(String text) {
        if (text == null) {
            return 0;
        }
        final int known = texts.find(text);
        if (known >= 0) {
            return known + 1;
        }
        budget.addText(text);
        return texts.add(text) + 1;
    }

    /** The number of a text; negative where it has none. */
    int find(String text) {
        if (text == null) {
            return 0;
        }
        final int known = texts.find(text);
        return known < 0 ? known : known + 1;
    }

    /** Null for 0. */
    String text(int id) {
        return id == 0 ? null : texts.get(id - 1);
    }

    /** The text of this index that equals a text, which is not null; that text itself where it is new. */
    String same(String text) {
        return text(idOf(text));
    }

    /** How many numbers there are, that of null included. */
    int size() {
        return texts.size() + 1;
    }

    /** As {@link #translate}, without giving numbers: negative where a text has none. */
    int[] find(Column.Text column) {
        final String[] dictionary = column.dictionary();
        final int[] found = new int[dictionary.length + 1];
        for (int i = 0; i < dictionary.length; i++) {
            found[i + 1] = find(dictionary[i]);
        }
        return found;
    }

    /** From the codes of one chunk's column to this index's numbers; slot 0 is null's. */
    int[] translate(Column.Text column) {
        final String[] dictionary = column.dictionary();
        final int[] translated = new int[dictionary.length + 1];
        for (int i = 0; i < dictionary.length; i++) {
            translated[i + 1] = idOf(dictionary[i]);
        }
        return translated;
    }
}
