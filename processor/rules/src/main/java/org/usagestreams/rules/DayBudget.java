package org.usagestreams.rules;

/** What summarising one day takes, counted as it is taken: memory by what each group and text needs about. */
final class DayBudget {
    /** What a text takes besides its characters: objects of String, map and list. */
    private static final int TEXT_BYTES = 128;

    /** What a set of labels takes besides its texts. */
    private static final int SET_BYTES = 96;

    private final DayLimits limits;
    private long bytes;
    private long groups;
    private long labelSets;
    private long texts;

    DayBudget(DayLimits limits) {
        this.limits = limits;
    }

    /** Another name or label text is remembered. */
    void addText(String text) {
        texts++;
        add(TEXT_BYTES + text.length());
    }

    /** Another set of labels is remembered. */
    void addLabels(Labels labels) {
        labelSets++;
        final long[] size = {SET_BYTES};
        labels.forEach((key, value) -> size[0] += TEXT_BYTES + key.length() + value.length());
        add(size[0]);
    }

    /** Another group is remembered, with all that is kept of each. */
    void addGroup(int size) {
        groups++;
        add(size);
    }

    /** So many rows come of the day. */
    void checkRows(long rows) {
        if (rows > limits.rows()) {
            throw new DayOverBudgetException("it would have " + rows + " rows, over the limit of " + limits.rows()
                    + " (setting summary.day.rows)");
        }
    }

    private void add(long more) {
        bytes += more;
        if (bytes > limits.bytes()) {
            throw new DayOverBudgetException("its " + groups + " groups, " + labelSets + " label sets and " + texts
                    + " names and label texts take more than " + limits.bytes()
                    + " bytes of memory (setting summary.day.bytes)");
        }
    }
}
