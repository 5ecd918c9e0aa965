package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.wire.chunk.Column;

/** Numbers the distinct texts of a day, over all its chunks. Null is 0. */
final class TextIndex {
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final DayBudget budget;

    TextIndex(DayBudget budget) {
        this.budget = budget;
        texts.add(null);
    }

    int idOf(String text) {
        if (text == null) {
            return 0;
        }
        final Integer known = ids.putIfAbsent(text, texts.size());
        if (known != null) {
            return known;
        }
        budget.addText(text);
        texts.add(text);
        return texts.size() - 1;
    }

    /** The number of a text; negative where it has none. */
    int find(String text) {
        return text == null ? 0 : ids.getOrDefault(text, -1);
    }

    /** Null for 0. */
    String text(int id) {
        return texts.get(id);
    }

    int size() {
        return texts.size();
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
