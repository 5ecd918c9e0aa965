package org.usagestreams.rules;

/** The resources that summarising one day uses, counted as they are used. Memory is estimated for each group and text. */
final class DayBudget {
    /** What a text takes besides its characters: its two objects, and its places in an index. */
    private static final int TEXT_BYTES = 64;

    /** What a set of labels takes besides its labels: its two objects, and its places in an index. */
    private static final int SET_BYTES = 56;

    /** What a key or value of a set takes that is kept elsewhere. */
    private static final int REFERENCE_BYTES = 4;

    /** What a set of labels takes besides them that is kept by its text. */
    private static final int PARSED_BYTES = 96;

    /** What a label takes besides its characters that has texts of its own. */
    private static final int LABEL_BYTES = 96;

    private final DayLimits limits;
    private long bytes;
    private long groups;
    private long labelSets;
    private long texts;

    DayBudget(DayLimits limits) {
        this.limits = limits;
    }

    /** That of a portion: what is remembered of the day at large is there all the while. */
    DayBudget portion() {
        final DayBudget portion = new DayBudget(limits);
        portion.bytes = bytes;
        portion.groups = groups;
        portion.labelSets = labelSets;
        portion.texts = texts;
        return portion;
    }

    /** For what was found to be within its limits before. */
    static DayBudget unlimited() {
        return new DayBudget(new DayLimits(Long.MAX_VALUE, Integer.MAX_VALUE));
    }

    /** Another name or label text is remembered. */
    void addText(String text) {
        texts++;
        add(TEXT_BYTES + text.length());
    }

    /** Another set of labels is remembered that has its texts from an index or from other sets. */
    void addLabels(Labels labels) {
        labelSets++;
        add(SET_BYTES + (long) REFERENCE_BYTES * labels.texts());
    }

    /** Another set of labels is remembered with its texts. */
    void addParsed(Labels labels) {
        labelSets++;
        final long[] size = {PARSED_BYTES};
        labels.forEach((key, value) -> size[0] += LABEL_BYTES + key.length() + value.length());
        add(size[0]);
    }

    /** Another group is remembered, with all that is kept of each. */
    void addGroup(int size) {
        groups++;
        add(size);
    }

    /** Another chunk of a portion is remembered. */
    void addChunk(int size) {
        bytes += size;
        if (bytes > limits.bytes()) {
            throw new DayOverBudgetException(tooMuch());
        }
    }

    /** So many rows come of the day. */
    void checkRows(long rows) {
        if (rows > limits.rows()) {
            throw new DayOverBudgetException("it would have " + rows + " rows, over the limit of " + limits.rows()
                    + " (setting summary.day.rows)");
        }
    }

    /** So much room outside the memory is taken. */
    void checkSpill(long size) {
        if (size > limits.spillBytes()) {
            throw new DayOverBudgetException("its portions take more than " + limits.spillBytes()
                    + " bytes on disk (setting summary.day.spill.bytes)");
        }
    }

    private void add(long more) {
        bytes += more;
        if (bytes > limits.bytes()) {
            throw DayOverBudgetException.ofMemory(tooMuch());
        }
    }

    private String tooMuch() {
        return "its " + groups + " groups, " + labelSets + " label sets and " + texts
                + " names and label texts take more than " + limits.bytes()
                + " bytes of memory (setting summary.day.bytes)";
    }
}
