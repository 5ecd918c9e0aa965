package org.usagestreams.rules;

import java.util.Arrays;

/** Greatest texts (by code unit), one per group; nulls are left out. Kept as numbers of a {@link TextIndex}. */
final class TextMaxima {
    private final TextIndex texts;
    private int[] ids = new int[64];

    TextMaxima(TextIndex texts) {
        this.texts = texts;
    }

    void offer(int group, int textId) {
        if (group >= ids.length) {
            ids = Arrays.copyOf(ids, Math.max(group + 1, Math.multiplyExact(ids.length, 2)));
        }
        final int held = ids[group];
        if (textId != 0 && textId != held && (held == 0 || texts.text(textId).compareTo(texts.text(held)) > 0)) {
            ids[group] = textId;
        }
    }

    /**
     * Gives a group the greatest text of a later group, or offers it.
     *
     * @param isNew whether the group has none yet; what its place held before belongs to a group that was moved
     */
    void move(int group, int from, boolean isNew) {
        final int id = id(from);
        if (isNew && group < ids.length) {
            ids[group] = 0;
        }
        offer(group, id);
    }

    /** 0 where nothing but nulls was offered. */
    int id(int group) {
        return group < ids.length ? ids[group] : 0;
    }

    /** Null where nothing but nulls was offered. */
    String get(int group) {
        return texts.text(id(group));
    }
}
