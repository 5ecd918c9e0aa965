package org.usagestreams.splitter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/**
 * A text column by dictionary. A page's dictionary ids are translated without looking at the text again; plain values are looked up. The
 * memory of the window's texts is counted in the object's budget; when that is used up, the window ends.
 */
class TextColumn extends LeafColumn {
    /** Codes of values that are no text of the dictionary. */
    static final int NULL = 0;

    static final int TOO_LONG = -1;
    static final int UNREADABLE = -2;

    private static final int NOT_YET = Integer.MIN_VALUE;

    /** What a text takes in memory besides its characters: objects of String, map and list. */
    private static final int TEXT_BYTES = 128;

    private static final int GREATEST_LATIN1 = 0xff;

    private final int longest;
    private final int codeOfLonger;
    private final Predicate<String> unreadable;
    private final ObjectBudget budget;
    private final Map<String, Integer> codesByText = new HashMap<>();
    private final List<String> dictionary = new ArrayList<>();
    private final Converter converter = new Converter();
    private int[] codes = {};
    private long retained;

    /**
     * A column of texts.
     *
     * @param longest in bytes; longer texts get the code
     * @param unreadable texts that get {@link #UNREADABLE}
     */
    TextColumn(int longest, int codeOfLonger, Predicate<String> unreadable, ObjectBudget budget) {
        this.longest = longest;
        this.codeOfLonger = codeOfLonger;
        this.unreadable = unreadable;
        this.budget = budget;
    }

    @Override
    PrimitiveConverter converter() {
        return converter;
    }

    @Override
    final int bytesPerRow() {
        return Integer.BYTES;
    }

    @Override
    final void startWindow(int rows) {
        codes = new int[rows];
        codesByText.clear();
        dictionary.clear();
        converter.forgetWindow();
        budget.releaseText(retained);
        retained = 0;
        full = false;
    }

    final void set(int atRow, String text) {
        codes[atRow] = codeOf(text);
    }

    final void setUnreadable(int atRow) {
        codes[atRow] = UNREADABLE;
    }

    /** Of a row of the batch: the text's place in {@link #dictionary} plus 1, or one of the constants. */
    final int code(int batchRow) {
        return codes[first() + batchRow];
    }

    /** The window's texts. */
    final List<String> dictionary() {
        return dictionary;
    }

    private int codeOf(String text) {
        final Integer known = codesByText.get(text);
        if (known != null) {
            return known;
        }
        final long bytes = TEXT_BYTES + (long) text.length() * (isLatin1(text) ? 1 : 2);
        budget.holdText(bytes);
        retained += bytes;
        full = budget.endsWindow(retained);
        final int code;
        if (unreadable.test(text)) {
            code = UNREADABLE;
        } else {
            dictionary.add(text);
            code = dictionary.size();
        }
        codesByText.put(text, code);
        return code;
    }

    /** Java keeps such texts in a byte for each character, others in two. */
    private static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > GREATEST_LATIN1) {
                return false;
            }
        }
        return true;
    }

    private final class Converter extends PrimitiveConverter {
        private Dictionary pageDictionary;
        private int[] codesById = {};

        void forgetWindow() {
            Arrays.fill(codesById, NOT_YET);
        }

        @Override
        public boolean hasDictionarySupport() {
            return true;
        }

        @Override
        public void setDictionary(Dictionary dictionary) {
            pageDictionary = dictionary;
            codesById = new int[dictionary.getMaxId() + 1];
            forgetWindow();
        }

        @Override
        public void addValueFromDictionary(int id) {
            if (codesById[id] == NOT_YET) {
                codesById[id] = codeOf(pageDictionary.decodeToBinary(id));
            }
            codes[row] = codesById[id];
        }

        @Override
        public void addBinary(Binary value) {
            codes[row] = codeOf(value);
        }

        private int codeOf(Binary value) {
            // Long ones as well: an encoding can make each of them anew from a few bits.
            budget.decode(value.length());
            return value.length() > longest ? codeOfLonger : TextColumn.this.codeOf(value.toStringUsingUTF8());
        }
    }
}
